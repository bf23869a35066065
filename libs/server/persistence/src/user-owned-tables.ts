import { Injectable } from '@nestjs/common';

/** A table whose rows belong to single users. */
export interface UserOwnedTable {
  /** Name inside the app's schema. */
  readonly name: string;
  /** The column that holds the owner's user id; row-level security is forced on it. */
  readonly userColumn: string;
  /** When the owner last had to do with a row: decides whether rows are orphaned. */
  readonly activityColumn: string;
  /** Columns a person gets when they export what is kept about them, in this order. */
  readonly exportColumns: readonly string[];
  /** What erasing a person's data means here: rows go, or they stay and name nobody. */
  readonly onErase: 'delete' | 'pseudonymise';
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
