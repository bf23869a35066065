import { DatabricksClients } from '@lakescope/databricks-client';
import { S3Storage, VolumeStorage, type Storage } from '@lakescope/delta';
import { UserCaller } from '@lakescope/server-http';
import { OneTimeClients, OpenedConnections, parseS3Location } from '@lakescope/server-s3';
import { VolumePath } from '@lakescope/server-unity-catalog';
import { Injectable } from '@nestjs/common';
import { InvalidTableRequest } from './delta.errors';
import type { TableSourceDto } from './table-source.dto';

/** Opens the place a request names, as the caller: what is read there is read with the caller's own token, or with keys of theirs. */
@Injectable()
export class TableLocation {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly connections: OpenedConnections,
    private readonly keysOfRequests: OneTimeClients,
  ) {}

  async open(caller: UserCaller, source: TableSourceDto): Promise<Storage> {
    switch (source.kind) {
      case 'volume':
        return this.inVolume(caller, source);
      case 's3':
        return this.inS3(caller, source);
      case 'table':
        throw new InvalidTableRequest('Tables are looked for below a folder, which is of kind volume or s3.', [
          'source.kind',
        ]);
    }
  }

  private inVolume(caller: UserCaller, source: TableSourceDto): Storage {
    const path = VolumePath.parse(pathOf(source), 'source.path');
    return new VolumeStorage(this.databricks.asUser(caller).files, path.toString());
  }

  private async inS3(caller: UserCaller, source: TableSourceDto): Promise<Storage> {
    const { bucket, path } = parseS3Location(pathOf(source), 'source.path');
    // The storage tries again by itself.
    const once = { attempts: 1 };
    const { connection_id: id, credentials } = source;
    const { client, scope } = await (credentials !== undefined
      ? this.keysOfRequests.open(caller, credentials, 'source.credentials', once)
      : id === undefined
        ? this.connections.openFor(caller, bucket, once)
        : this.connections.open(caller, id, once));
    return new S3Storage({ client, bucket, prefix: path, cacheScope: scope });
  }
}

function pathOf({ kind, path }: TableSourceDto): string {
  if (path === undefined) throw new InvalidTableRequest(`A source of kind ${kind} needs a path.`, ['source.path']);
  return path;
}
