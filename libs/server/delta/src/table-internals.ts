import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { DiffTableRequest, ReadLogRequest } from './internals-requests.dto';
import { StorageTables } from './storage-tables';
import { TableDiffDto } from './table-diff.dto';
import { TableLocation } from './table-location';
import { TableLogDto } from './table-log.dto';

/** What a table is made of, which its storage alone can tell: files, commits, and what became of them. */
@Injectable()
export class TableInternals {
  constructor(
    private readonly location: TableLocation,
    private readonly tables: StorageTables,
  ) {}

  async readLog(
    caller: UserCaller,
    version: number,
    request: ReadLogRequest,
    signal: AbortSignal,
  ): Promise<TableLogDto> {
    const storage = await this.location.open(caller, request.source);
    return this.tables.read(storage, signal, async (table) => {
      const { offset, limit } = request;
      const page = await table.rawLog(version, { offset, limit, signal });
      return TableLogDto.from(version, page, await table.rawChecksum(version, { signal }));
    });
  }

  async diff(caller: UserCaller, request: DiffTableRequest, signal: AbortSignal): Promise<TableDiffDto> {
    const { from_version: from, to_version: to } = request;
    const storage = await this.location.open(caller, request.source);
    return this.tables.read(storage, signal, (table) =>
      this.tables.inTurn(async () => TableDiffDto.from(await table.diff(from, to, { signal })), signal),
    );
  }
}
