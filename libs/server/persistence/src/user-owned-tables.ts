import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Whose data is erased, and the name that stands in its place where rows stay. */
export interface ErasedPerson {
  readonly userId: string;
  readonly pseudonym: string;
}

/** Rows that are gone, and rows that stay and name nobody any more; a count that is left out does not apply. */
export interface ErasedRows {
  readonly erased?: number;
  readonly pseudonymised?: number;
}

/** Erases in a table's own way, in the transaction of the whole erasure, as the system. */
export type EraseRows = (tx: EntityManager, person: ErasedPerson) => Promise<ErasedRows>;

/** A table whose rows belong to single users. */
export interface UserOwnedTable {
  /** Name inside the app's schema. */
  readonly name: string;
  /** The column that holds the owner's user id; row-level security is forced on it. */
  readonly userColumn: string;
  /** When the owner last had to do with a row: decides whether rows are orphaned. Left out where another table tells. */
  readonly activityColumn?: string;
  /** SQL: which rows tell of activity. All people are looked up at once then, not one by one along an index. */
  readonly activityIn?: string;
  /** Columns a person gets when they export what is kept about them, in this order. */
  readonly exportColumns: readonly string[];
  /** Of tables that are too large to be walked along a key: rows are exported in order of time, window by window. */
  readonly exportBy?: { readonly time: string; readonly tie: string };
  /**
   * What erasing a person's data means here: rows go, or they stay and name nobody. Tables with a way of their own let go of old rows
   * by themselves, so none of these is ever orphaned.
   */
  readonly onErase: 'delete' | 'pseudonymise' | EraseRows;
}

/** Every table with rows of single users, registered by the module that owns it: for export, erasure, orphaned records, and the proof of row-level security. */
@Injectable()
export class UserOwnedTables {
  private readonly tables = new Map<string, UserOwnedTable>();

  register(table: UserOwnedTable): void {
    if (this.tables.has(table.name)) throw new Error(`The table ${table.name} is registered twice`);
    this.tables.set(table.name, table);
  }

  get all(): readonly UserOwnedTable[] {
    return [...this.tables.values()];
  }
}
