import type { SqlParameter } from '../sql-request';
import type { Expression } from './expression';
import { relationName } from './duckdb-text';
import type { Token } from './tokenizer';
import { WantedRows, type ColumnFilter } from './wanted-rows';

/** Who asks, and what names without catalog or schema mean. */
export interface Session {
  readonly catalog: string;
  readonly schema: string;
  readonly userName: string;
}

/** Where a query reads a table, and as which version. */
export interface TableReference {
  /** One to three parts, as they were written. */
  readonly parts: readonly string[];
  readonly at: TableVersion | undefined;
  /** The name of the relation inside DuckDB. */
  readonly view: string;
  /** For messages: where it stands. */
  readonly place: string;
  readonly wanted: WantedRows;
}

/** The relations of one FROM clause. */
interface From {
  readonly tables: { readonly reference: TableReference; readonly alias: string }[];
  /** All of them: queries, functions and lists of values too. */
  count: number;
}

/** A version, or an expression for a time in DuckDB's SQL, which may hold no columns. */
export type TableVersion = { readonly version: number } | { readonly timestamp: Expression };

/**
 * What a statement refers to, gathered while it is read: tables, parameters, and the names of its own WITH clauses. A
 * statement is read twice, because columns stand before the tables that their qualifiers speak of.
 */
export class StatementScope {
  readonly tables: TableReference[] = [];
  /** Qualified names of tables without an alias, from the first reading: columns may be called by them. */
  private readonly qualifiers: ReadonlySet<string>;
  private readonly written = new Set<string>();
  private readonly queries: Map<string, string>[] = [];
  private queryCount = 0;
  private readonly froms: From[] = [];
  private readonly parameters: ReadonlyMap<string, SqlParameter>;
  private readonly relationOf = new Map<string, TableReference>();

  constructor(
    readonly session: Session,
    parameters: readonly SqlParameter[],
    /** Begins the names of relations, so that those of a view differ from those of the query that reads it. */
    private readonly prefix: string,
    firstReading?: StatementScope,
  ) {
    this.parameters = new Map(parameters.map((parameter) => [parameter.name.toLowerCase(), parameter]));
    this.qualifiers = firstReading?.written ?? new Set();
  }

  parameter(name: string): SqlParameter | undefined {
    return this.parameters.get(name.toLowerCase());
  }

  /** The relation of a table, as it is written into FROM. */
  table(
    parts: readonly string[],
    at: TableVersion | undefined,
    place: string,
    alias: string | undefined,
    renames = false,
  ): string {
    if (alias === undefined) for (const name of suffixes(parts)) this.written.add(name);
    const version = at === undefined ? '' : 'version' in at ? String(at.version) : at.timestamp.sql;
    const key = JSON.stringify([...parts.map((part) => part.toLowerCase()), '@', version]);
    let reference = this.relationOf.get(key);
    if (reference === undefined) {
      reference = { parts, at, view: `${this.prefix}${this.tables.length}`, place, wanted: new WantedRows() };
      this.tables.push(reference);
      this.relationOf.set(key, reference);
    }
    reference.wanted.use();
    // What its columns are called then is not what filters go by.
    if (renames) reference.wanted.use();
    this.froms.at(-1)?.tables.push({ reference, alias: alias ?? parts.at(-1) ?? '' });
    return relationName(reference.view);
  }

  /** Runs the rule of a FROM clause. Its tables are handed to `narrow`, once the WHERE clause is known. */
  inFrom(rule: () => string): { sql: string; from: From } {
    const from: From = { tables: [], count: 0 };
    this.froms.push(from);
    try {
      return { sql: rule(), from };
    } finally {
      this.froms.pop();
    }
  }

  /** The FROM clause has one more relation. */
  countRelation(): void {
    const from = this.froms.at(-1);
    if (from !== undefined) from.count += 1;
  }

  /** Hands the filters of a WHERE clause to the tables whose columns they speak of; the only table of all, if so. */
  narrow({ tables, count }: From, filters: readonly ColumnFilter[]): WantedRows | undefined {
    const isAlone = count === 1 && tables.length === 1;
    for (const { reference, alias } of tables) {
      const own = filters.filter(({ path }) => {
        const [qualifier = '', ...rest] = path;
        return rest.length === 0 ? isAlone : rest.length === 1 && qualifier.toLowerCase() === alias.toLowerCase();
      });
      reference.wanted.narrow(own);
    }
    return isAlone ? tables[0]?.reference.wanted : undefined;
  }

  /** The table that the statement changes. It is none of those it only reads: it is loaded apart, with other rights. */
  target(parts: readonly string[], place: string, hasAlias: boolean): TableReference {
    if (!hasAlias) for (const name of suffixes(parts)) this.written.add(name);
    return { parts, at: undefined, view: `${this.prefix}target`, place, wanted: new WantedRows() };
  }

  /** How many leading parts of a column's name only say which table is meant, apart from the last of them. */
  qualifierParts(parts: readonly string[]): number {
    for (const count of [3, 2]) {
      if (parts.length > count && this.qualifiers.has(joined(parts.slice(0, count)))) return count - 1;
    }
    return 0;
  }

  /** Runs a rule in which the names of a WITH clause mean its queries. */
  withQueries<T>(rule: (names: Map<string, string>) => T): T {
    const names = new Map<string, string>();
    this.queries.push(names);
    try {
      return rule(names);
    } finally {
      this.queries.pop();
    }
  }

  /**
   * A name of our own for a query of a WITH clause. No name that a caller has chosen ever stands where DuckDB expects a
   * relation: a name that it does not know it would take for a file.
   */
  newQuery(): string {
    this.queryCount += 1;
    return `${this.prefix}q${this.queryCount}`;
  }

  /** What a query of a WITH clause is called inside DuckDB, if the name means one. */
  query(parts: readonly Token[]): string | undefined {
    const [only, ...more] = parts;
    if (only === undefined || more.length > 0) return undefined;
    const name = only.value.toLowerCase();
    return this.queries.findLast((names) => names.has(name))?.get(name);
  }
}

function suffixes(parts: readonly string[]): string[] {
  return parts.slice(0, -1).map((_, index) => joined(parts.slice(index)));
}

function joined(parts: readonly string[]): string {
  return JSON.stringify(parts.map((part) => part.toLowerCase()));
}
