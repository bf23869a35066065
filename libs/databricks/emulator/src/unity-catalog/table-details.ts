import type { ColumnInfo } from '@lakescope/databricks-wire';
import { detailsText, type Securable, type TableType } from './securables';

/** What a table is, beyond what every securable has. */
export interface TableDetails {
  readonly tableType: TableType;
  /** `data_source_format`; views have none. Only DELTA can be read here. */
  readonly format?: string;
  readonly columns: readonly ColumnInfo[];
  /**
   * Where an EXTERNAL table lies, as its creator wrote it: `/Volumes/<catalog>/<schema>/<volume>/<path>`,
   * `s3://lakescope-lake/<path>`, or a `file:` URL below a volume. MANAGED tables lie where the metastore puts them.
   */
  readonly location?: string;
  readonly viewDefinition?: string;
}

/** Set when a table is made; the owner is a user name, client id or group and defaults to the workspace's admin. */
export interface TableOptions {
  readonly comment?: string;
  readonly owner?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Puts the Delta log into the empty folder of a MANAGED table. The table is there only when this has succeeded. */
  readonly write?: (directory: string) => Promise<void>;
}

/** A table or view as the metastore knows it. Its id stays when it is renamed. */
export interface Table extends Omit<Securable, 'details'> {
  readonly type: 'TABLE';
  readonly details: TableDetails;
}

export function asTable(securable: Securable): Table {
  return { ...securable, type: 'TABLE', details: detailsOf(securable) };
}

/** Only the metastore writes details, so they are what it wrote. */
export function detailsOf(table: Securable): TableDetails {
  return JSON.parse(detailsText(table) ?? '{"tableType":"EXTERNAL","columns":[]}') as TableDetails;
}
