import type { StructField } from '@lakescope/delta';

/** A name of one to three parts and where it stands. */
export interface WrittenName {
  readonly parts: readonly string[];
  readonly place: string;
}

/** A statement as it was read. Queries are DuckDB's SQL over the relations of the scope. */
export type Statement =
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'show-catalogs'; readonly like: string | undefined }
  | { readonly kind: 'show-schemas'; readonly catalog: string | undefined; readonly like: string | undefined }
  | { readonly kind: 'show-tables'; readonly schema: WrittenName | undefined; readonly like: string | undefined }
  | { readonly kind: 'show-columns'; readonly table: WrittenName }
  | { readonly kind: 'describe'; readonly table: WrittenName; readonly isExtended: boolean }
  | { readonly kind: 'describe-detail'; readonly table: WrittenName }
  | { readonly kind: 'describe-history'; readonly table: WrittenName; readonly limit: number | undefined }
  | { readonly kind: 'describe-query'; readonly sql: string }
  | {
      readonly kind: 'create-table';
      readonly table: WrittenName;
      readonly ifNotExists: boolean;
      readonly columns: readonly StructField[];
      readonly partitionColumns: readonly string[];
      readonly comment: string;
      readonly properties: Readonly<Record<string, string>>;
      /** CREATE TABLE AS SELECT. */
      readonly query: string | undefined;
    }
  | {
      readonly kind: 'insert';
      readonly table: WrittenName;
      readonly columns: readonly string[] | undefined;
      readonly byName: boolean;
      readonly query: string;
    }
  | { readonly kind: 'drop-table'; readonly table: WrittenName; readonly ifExists: boolean }
  | { readonly kind: 'nothing' };
