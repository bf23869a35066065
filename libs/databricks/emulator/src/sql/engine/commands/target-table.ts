import { join } from 'node:path';
import {
  duckdbType,
  rewrite,
  type DeltaEngine,
  type DeltaTable,
  type RewriteCounts,
  type StructField,
  type TableSnapshot,
} from '@lakescope/delta';
import type { EngineCatalog, EngineTableEntry, TableName } from '../engine-catalog';
import { fromDelta } from '../failures/delta-failure';
import { backticked, identifier, literal, relationName } from '../language/duckdb-text';
import { cast } from '../language/expression';
import type { Assignment, ChangedTable } from '../language/statement';
import type { RelationContext, Relations } from '../relations/relations';
import { partsOf, resolveName } from '../relations/resolve-name';
import { SqlFailure } from '../sql-failure';

export const ENGINE_INFO = 'Databricks-Runtime/local Lakescope';

/** Where a row stands in the version that was read. No column of a table can be called so: the names hold a blank. */
export const FILE = identifier(' file');
export const ROW = identifier(' row');
const IDENTITY = { file: ' file', row: ' row' };

/** What a change comes down to: files of the version that was read, and the rows that take their place. */
export interface TableChange {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** A query for the places of the files that are replaced. */
  readonly files: string;
  /** A query for the rows that take their place, with the table's columns. */
  readonly rows: string;
  readonly metrics: (written: RewriteCounts & { rows: bigint }) => Record<string, bigint | number>;
}

/** A table whose rows a statement changes: read as one version, and changed in one commit on top of it. */
export class TargetTable {
  private constructor(
    private readonly entry: EngineTableEntry,
    private readonly table: DeltaTable,
    private readonly snapshot: TableSnapshot,
    /** The relation in the sandbox, with its alias. */
    readonly from: string,
    readonly alias: string,
    private readonly context: RelationContext,
  ) {}

  /** Asks for the rights, and makes the relation with the identity of every row. */
  static async open(target: ChangedTable, relations: Relations, context: RelationContext): Promise<TargetTable> {
    const { caller, session, sandbox, signal } = context;
    const { reference, alias } = target;
    const name = resolveName(reference.parts, session, reference.place);
    const entry = await relations.tableFor(caller, 'MODIFY', name, reference.place);
    await relations.tableFor(caller, 'SELECT', name, reference.place);
    if (entry.directory === undefined) {
      throw new SqlFailure(
        'UNSUPPORTED_TABLE_CHANGE_IN_VIEW',
        `The target ${backticked(...partsOf(name))} is not a table whose rows can be changed.`,
        '42809',
      );
    }
    const table = await relations.open(entry, signal);
    try {
      const snapshot = await table.snapshot({}, { signal });
      const relation = await snapshot.relation({ signal });
      for (const statement of relation.statements(reference.view, IDENTITY)) await sandbox.run(statement);
      const from = `${relationName(reference.view)} AS ${alias}`;
      return new TargetTable(entry, table, snapshot, from, alias, context);
    } catch (error) {
      throw fromDelta(error, partsOf(name));
    }
  }

  get fields(): readonly StructField[] {
    return this.snapshot.schema.fields;
  }

  /** A column of the target, qualified. */
  column(field: StructField): string {
    return `${this.alias}.${identifier(field.name)}`;
  }

  /** The value a column gets, in its type; undefined when it is not assigned. */
  assigned(field: StructField, assignments: readonly Assignment[]): string | undefined {
    const found = assignments.find(({ column }) => column.toLowerCase() === field.name.toLowerCase());
    return found === undefined ? undefined : inType(found.sql ?? 'NULL', field);
  }

  /** Refuses columns that the table does not have, and those that are assigned twice. */
  checkAssigned(assignments: readonly Assignment[]): void {
    const names = assignments.map(({ column }) => column.toLowerCase());
    for (const name of names)
      if (!this.fields.some((field) => field.name.toLowerCase() === name)) throw this.unknown(name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return;
    throw new SqlFailure(
      'DELTA_CONFLICT_SET_COLUMN',
      `There is a conflict from these SET columns: ${backticked(twice)}.`,
      '42701',
    );
  }

  /** Refuses what takes rows away or changes them, where a table only takes new ones. */
  refuseAppendOnly(): void {
    if (this.snapshot.metadata.properties['delta.appendOnly']?.toLowerCase() !== 'true') return;
    throw new SqlFailure(
      'DELTA_CANNOT_MODIFY_APPEND_ONLY',
      "This table is configured to only allow appends. If you would like to permit updates or deletes, use 'ALTER TABLE <table_name> SET TBLPROPERTIES (delta.appendOnly=false)'.",
      '42809',
    );
  }

  /** Nothing is there before, and nothing after unless the commit succeeds. */
  async commit(change: TableChange, catalog: EngineCatalog, delta: DeltaEngine): Promise<void> {
    const { caller, sandbox, signal } = this.context;
    const { catalog: top, schema, name: table } = this.entry;
    const name: TableName = { catalog: top, schema, table };
    const file = join(await sandbox.folder(), 'rows.parquet');
    const places = (await sandbox.rows(change.files)).map(([place]) => Number(place));
    const [[rows] = []] = await sandbox.rows(`COPY (${change.rows}) TO ${literal(file)} (FORMAT parquet)`);
    await this.refuseNulls(file);
    signal.throwIfAborted();
    const began = Date.now();
    try {
      await rewrite(delta, this.table, {
        snapshot: this.snapshot,
        files: places,
        source: { files: [file], format: 'parquet' },
        operation: { name: change.operation, parameters: change.parameters },
        metrics: (counts) => {
          const metrics = change.metrics({ ...counts, rows: typeof rows === 'bigint' ? rows : 0n });
          const all = { ...metrics, rewriteTimeMs: Date.now() - began };
          return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)]));
        },
        userName: caller.name,
        engineInfo: ENGINE_INFO,
        signal,
      });
    } catch (error) {
      throw fromDelta(error, partsOf(name));
    }
    await catalog.tableChanged(caller, name);
  }

  unknown(column: string): SqlFailure {
    const proposal = this.fields.map((field) => backticked(field.name)).join(', ');
    return new SqlFailure(
      'UNRESOLVED_COLUMN.WITH_SUGGESTION',
      `A column, variable, or function parameter with name ${backticked(column)} cannot be resolved. Did you mean one of the following? [${proposal}].`,
      '42703',
    );
  }

  private async refuseNulls(file: string): Promise<void> {
    const required = this.fields.filter((field) => !field.nullable);
    if (required.length === 0) return;
    const checks = required.map((field) => `coalesce(bool_or(${identifier(field.name)} IS NULL), false)`);
    const [found = []] = await this.context.sandbox.rows(
      `SELECT ${checks.join(', ')} FROM read_parquet(${literal(file)})`,
    );
    const violated = required.find((_, index) => found[index] === true);
    if (violated === undefined) return;
    throw new SqlFailure(
      'DELTA_NOT_NULL_CONSTRAINT_VIOLATED',
      `NOT NULL constraint violated for column: ${violated.name}.`,
      '23502',
    );
  }
}

/** An expression cast to a column's type. */
export function inType(sql: string, field: StructField): string {
  return cast(sql, field.type, duckdbType(field.type));
}
