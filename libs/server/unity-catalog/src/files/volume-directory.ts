import { DatabricksClients } from '@lakescope/databricks-client';
import { UpstreamCursors, UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { FileEntryDto, FilePage } from './file-entry.dto';
import type { ListFilesQuery } from './files-query.dto';
import { VolumePath } from './volume-path';

/** Lists directories of volumes as the caller. */
@Injectable()
export class VolumeDirectory {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly cursors: UpstreamCursors,
  ) {}

  async list(caller: UserCaller, query: ListFilesQuery, signal: AbortSignal): Promise<FilePage> {
    const path = VolumePath.parse(query.path).toString();
    const { files } = this.databricks.asUser(caller);
    const page = await this.cursors.read(
      caller,
      { list: `files ${path}`, limit: query.limit, cursor: query.cursor },
      async (pageToken, pageSize) => {
        const { entries, nextPageToken } = await files.listDirectoryPage(path, {
          ...(pageToken === undefined ? {} : { pageToken }),
          pageSize,
          signal,
        });
        return { items: entries, nextPageToken };
      },
    );
    return { items: page.items.map((entry) => FileEntryDto.from(entry)), next_cursor: page.next_cursor };
  }
}
