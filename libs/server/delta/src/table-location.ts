import { DatabricksClients } from '@lakescope/databricks-client';
import { VolumeStorage, type Storage } from '@lakescope/delta';
import { UserCaller } from '@lakescope/server-http';
import { VolumePath } from '@lakescope/server-unity-catalog';
import { Injectable } from '@nestjs/common';
import { InvalidTableRequest, UnsupportedStorage } from './delta.errors';
import type { TableSourceDto } from './table-source.dto';

/** Opens the place a request names, as the caller: whatever is read there is read with the caller's own token. */
@Injectable()
export class TableLocation {
  constructor(private readonly databricks: DatabricksClients) {}

  async open(caller: UserCaller, source: TableSourceDto): Promise<Storage> {
    if (source.kind !== 'volume') throw new UnsupportedStorage(source.kind);
    if (source.path === undefined)
      throw new InvalidTableRequest('A source of kind volume needs a path.', ['source.path']);
    const path = VolumePath.parse(source.path, 'source.path');
    return new VolumeStorage(this.databricks.asUser(caller).files, path.toString());
  }
}
