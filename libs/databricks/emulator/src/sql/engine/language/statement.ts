import type { StructField } from '@lakescope/delta';
import type { TableReference } from './statement-scope';

/** A name of one to three parts and where it stands. */
export interface WrittenName {
  readonly parts: readonly string[];
  readonly place: string;
}

/** The table that a statement changes, and what its columns are called by. */
export interface ChangedTable {
  readonly reference: TableReference;
  /** As an identifier of DuckDB. */
  readonly alias: string;
}

/** A condition in DuckDB's SQL, and as the platform writes it. */
export interface Condition {
  readonly sql: string;
  readonly name: string;
}

export interface RowChange {
  readonly target: ChangedTable;
  /** All rows when there is none. */
  readonly where: Condition | undefined;
}

/** A column gets a value; undefined stands for DEFAULT. */
export interface Assignment {
  readonly column: string;
  readonly sql: string | undefined;
}

/** One WHEN of MERGE, with what it does; `'*'` takes every column from the source's of the same name. */
export interface MergeClause {
  readonly when: 'matched' | 'not-matched' | 'not-matched-by-source';
  readonly condition: Condition | undefined;
  readonly action: 'delete' | 'update' | 'insert';
  readonly assignments: '*' | readonly Assignment[];
}

export interface Merge {
  readonly kind: 'merge';
  readonly target: ChangedTable;
  /** A relation in DuckDB's SQL, with its alias. */
  readonly source: { readonly sql: string; readonly alias: string };
  readonly on: Condition;
  readonly clauses: readonly MergeClause[];
}

export interface CopyInto {
  readonly kind: 'copy-into';
  readonly table: WrittenName;
  readonly columns: readonly string[] | undefined;
  /** Whether columns of the files are the table's by their order, not by their names. */
  readonly byPosition: boolean;
  /** `/Volumes/...` */
  readonly from: string;
  /** A list for SELECT over the relation `alias`, in DuckDB's SQL; all columns when there is none. */
  readonly select: { readonly list: string; readonly alias: string } | undefined;
  readonly format: string;
  readonly files: readonly string[] | undefined;
  readonly pattern: string | undefined;
  /** By lower-case name. */
  readonly formatOptions: ReadonlyMap<string, string>;
  readonly copyOptions: ReadonlyMap<string, string>;
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
  | ({ readonly kind: 'delete' } & RowChange)
  | ({ readonly kind: 'update'; readonly assignments: readonly Assignment[] } & RowChange)
  | Merge
  | CopyInto
  | { readonly kind: 'drop-table'; readonly table: WrittenName; readonly ifExists: boolean }
  | { readonly kind: 'nothing' };
