import { Injectable } from '@nestjs/common';

/** A column of texts that are sealed with the app's secret. */
export interface SealedColumn {
  /** Name inside the app's schema. */
  readonly table: string;
  /** Holds what `SealedText.seal` made, or null. */
  readonly column: string;
  /** Columns that tell one row from the others and its place: text, the primary key among them. */
  readonly keys: readonly string[];
  /** Where a row's text belongs, as it was sealed, from the values of `keys`. */
  placeOf(keys: Readonly<Record<string, string>>): string;
  /** What people call the things whose texts these are, in the plural. */
  readonly what: string;
  /** What to do about one that no secret opens any more: a sentence. */
  readonly ifUnreadable: string;
}

/** Every column with sealed texts, registered by the module that owns it: for rotations of the app's secret. */
@Injectable()
export class SealedColumns {
  private readonly columns = new Map<string, SealedColumn>();

  /** Throws when the column is registered already. */
  register(column: SealedColumn): void {
    const name = `${column.table}.${column.column}`;
    if (this.columns.has(name)) throw new Error(`The column ${name} is registered twice`);
    this.columns.set(name, column);
  }

  get all(): readonly SealedColumn[] {
    return [...this.columns.values()];
  }
}
