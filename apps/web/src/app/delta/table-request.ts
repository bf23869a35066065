import { requestedSource, type TableSource } from './table-source';

/** The body that names a table and, if not the latest, one of its versions. */
export function tableRequest(source: TableSource, version?: number) {
  return { body: { source: requestedSource(source), ...(version === undefined ? {} : { version }) } };
}
