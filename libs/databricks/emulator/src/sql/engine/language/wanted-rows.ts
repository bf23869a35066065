/** A condition that the value of a column must meet; the rest of a WHERE clause may ask for more. */
export interface ColumnFilter {
  /** The column's name as it was written, with its qualifier, if any. */
  readonly path: readonly string[];
  /** One of these texts, or what fits a LIKE pattern. */
  readonly is: { readonly values: readonly string[] } | { readonly like: string };
}

/**
 * Which rows of a relation a statement can see at all, as far as its text says so plainly. It only ever leaves out rows
 * that the statement would leave out itself, so whoever makes the relation may make less of it. Filled while it is read.
 */
export class WantedRows {
  private uses = 0;
  private narrowed: readonly ColumnFilter[] = [];
  private most = Number.POSITIVE_INFINITY;

  /** The relation is read once more. Read twice, it is wanted whole: each place may see other rows. */
  use(): void {
    this.uses += 1;
  }

  /** A WHERE clause that all rows from here go through. */
  narrow(filters: readonly ColumnFilter[]): void {
    this.narrowed = filters;
  }

  /** No more rows than this are taken, whichever they are. */
  limitTo(count: number): void {
    this.most = count;
  }

  /** Of columns by their last names. */
  get filters(): readonly ColumnFilter[] {
    return this.uses === 1 ? this.narrowed : [];
  }

  /** How many of the rows that pass the filters suffice. */
  get limit(): number {
    return this.uses === 1 ? this.most : Number.POSITIVE_INFINITY;
  }
}
