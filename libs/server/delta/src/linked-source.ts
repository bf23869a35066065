import { parseS3Location } from '@lakescope/server-s3';
import { VolumePath } from '@lakescope/server-unity-catalog';
import { InvalidTableRequest } from './delta.errors';
import type { TableQuery } from './table-queries.dto';
import { TableName } from './unity-catalog/table-name';
import type { TableSourceDto } from './table-source.dto';

/** Turns the parameters of a link into the request they stand for. */
export function withSource<Q extends TableQuery>(query: Q): Omit<Q, keyof TableQuery> & { source: TableSourceDto } {
  const { path, full_name, connection_id, ...rest } = query;
  if ((path === undefined) === (full_name === undefined)) {
    throw new InvalidTableRequest('Name the table by either path or full_name.', ['path', 'full_name']);
  }
  if (path === undefined) {
    return { ...rest, source: { kind: 'table', full_name: TableName.parse(full_name, 'full_name').toString() } };
  }
  // Looked at here because what is wrong with it is told by the name of the parameter, which is not `source.path`.
  if (path.startsWith('s3://')) {
    parseS3Location(path, 'path');
    return { ...rest, source: { kind: 's3', path, ...(connection_id === undefined ? {} : { connection_id }) } };
  }
  return { ...rest, source: { kind: 'volume', path: VolumePath.parse(path, 'path').toString() } };
}
