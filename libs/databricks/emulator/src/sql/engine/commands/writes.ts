import { join } from 'node:path';
import { append, createTable, duckdbType, LocalStorage, type DeltaEngine, type StructField } from '@lakescope/delta';
import { TableAlreadyExists, type EngineCatalog, type EngineTableEntry, type TableName } from '../engine-catalog';
import { insufficientPermissions, schemaNotFound, tableExists } from '../failures/catalog-failures';
import { fromDelta } from '../failures/delta-failure';
import { backticked, identifier, literal } from '../language/duckdb-text';
import { cast } from '../language/expression';
import type { Statement } from '../language/statement';
import type { RelationContext, Relations } from '../relations/relations';
import { partsOf, resolveName } from '../relations/resolve-name';
import { resultType } from '../results/result-type';
import { RowsResult } from '../results/rows-result';
import { SqlFailure } from '../sql-failure';
import { sqlTypeText } from '../language/spark-types';
import { ENGINE_INFO } from './target-table';

type Write<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

const AFFECTED = [
  ['num_affected_rows', 'long'],
  ['num_inserted_rows', 'long'],
] as const;

/** CREATE TABLE, INSERT and DROP TABLE: rows go through a file of the sandbox into a Delta commit. */
export class WriteCommands {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly relations: Relations,
    private readonly delta: DeltaEngine,
  ) {}

  /** What must be refused before anything is read. */
  async checkCreate(statement: Write<'create-table'>, context: RelationContext): Promise<TableName | undefined> {
    const name = resolveName(statement.table.parts, context.session, statement.table.place);
    const missing = await this.catalog.missing(context.caller, 'CREATE_TABLE', name);
    if (missing !== undefined) throw insufficientPermissions(missing);
    if (!(await this.catalog.hasSchema(name.catalog, name.schema))) throw schemaNotFound(name.catalog, name.schema);
    if ((await this.catalog.table(name)) === undefined) return name;
    if (statement.ifNotExists) return undefined;
    throw tableExists(partsOf(name));
  }

  async create(name: TableName, statement: Write<'create-table'>, context: RelationContext): Promise<RowsResult> {
    const { caller } = context;
    const { comment, partitionColumns, properties, query } = statement;
    const selected = query === undefined ? undefined : await this.select(query, context);
    const columns = selected?.columns ?? statement.columns;
    refuseColumns(columns, partitionColumns);
    const table = { name, columns, partitionColumns, comment, properties };
    try {
      await this.catalog.createTable(caller, table, async (directory) => {
        await createTable(this.delta, new LocalStorage(directory), {
          schema: { type: 'struct', fields: [...columns] },
          partitionColumns: [...partitionColumns],
          properties: { ...properties },
          ...(comment === '' ? {} : { description: comment }),
          ...(selected === undefined ? {} : { source: { files: [selected.file], format: 'parquet' as const } }),
          userName: caller.name,
          engineInfo: ENGINE_INFO,
        });
      });
    } catch (error) {
      if (error instanceof TableAlreadyExists) throw tableExists(partsOf(name));
      throw fromDelta(error, partsOf(name));
    }
    return selected === undefined ? new RowsResult([], []) : affected(selected.rows);
  }

  async checkInsert({ table }: Write<'insert'>, { caller, session }: RelationContext): Promise<EngineTableEntry> {
    const name = resolveName(table.parts, session, table.place);
    const entry = await this.relations.tableFor(caller, 'MODIFY', name, table.place);
    if (entry.directory !== undefined) return entry;
    throw new SqlFailure(
      'UNSUPPORTED_INSERT.NOT_ALLOWED',
      `Can't insert into the target: the target relation ${backticked(...partsOf(name))} does not allow insertion.`,
      '42809',
    );
  }

  async insert(entry: EngineTableEntry, statement: Write<'insert'>, context: RelationContext): Promise<RowsResult> {
    const { caller, sandbox, signal } = context;
    const name = { catalog: entry.catalog, schema: entry.schema, table: entry.name };
    const table = await this.relations.open(entry, signal);
    try {
      const { schema } = await table.snapshot({}, { signal });
      const given = await sandbox.columnNames(statement.query);
      const targets = targetsOf(statement, schema.fields, given, partsOf(name));
      const sources = targets.map((_, index) => `s${index}`);
      const selected = targets.map(
        (field, index) => `${cast(`s${index}`, field.type, duckdbType(field.type))} AS ${identifier(field.name)}`,
      );
      const sql = `SELECT ${selected.join(', ')} FROM (${statement.query}) AS source(${sources.join(', ')})`;
      const { file, rows } = await this.toFile(sql, context);
      signal.throwIfAborted();
      await append(this.delta, table, {
        source: { files: [file], format: 'parquet' },
        userName: caller.name,
        engineInfo: ENGINE_INFO,
      });
      await this.catalog.tableChanged(caller, name);
      return affected(rows);
    } catch (error) {
      throw fromDelta(error, partsOf(name));
    }
  }

  async drop({ table, ifExists }: Write<'drop-table'>, { caller, session }: RelationContext): Promise<RowsResult> {
    const name = resolveName(table.parts, session, table.place);
    const isMissing = ifExists && (await this.catalog.table(name)) === undefined;
    if (!isMissing) {
      await this.relations.tableFor(caller, 'MANAGE', name, table.place);
      await this.catalog.dropTable(caller, name);
    }
    return new RowsResult([], []);
  }

  /** Rows and columns of CREATE TABLE AS SELECT. */
  private async select(
    query: string,
    context: RelationContext,
  ): Promise<{ columns: StructField[]; file: string; rows: bigint }> {
    const described = await context.sandbox.columns(query);
    const columns = described.map(([column, type]): StructField => {
      return { name: column, type: resultType(type), nullable: true, metadata: {} };
    });
    const unstorable = columns.find((column) => column.type === 'void' || column.type === 'interval');
    if (unstorable !== undefined) {
      throw new SqlFailure(
        'DELTA_UNSUPPORTED_DATA_TYPES',
        `Found columns using unsupported data types: [${unstorable.name}: ${sqlTypeText(unstorable.type)}].`,
        '0AKDC',
      );
    }
    const selected = columns.map(
      (column, index) => `CAST(s${index} AS ${duckdbType(column.type)}) AS ${identifier(column.name)}`,
    );
    refuseColumns(columns, []);
    const names = columns.map((_, index) => `s${index}`);
    return {
      columns,
      ...(await this.toFile(`SELECT ${selected.join(', ')} FROM (${query}) AS source(${names.join(', ')})`, context)),
    };
  }

  private async toFile(sql: string, { sandbox }: RelationContext): Promise<{ file: string; rows: bigint }> {
    const file = join(await sandbox.folder(), 'rows.parquet');
    const [[rows] = []] = await sandbox.rows(`COPY (${sql}) TO ${literal(file)} (FORMAT parquet)`);
    return { file, rows: typeof rows === 'bigint' ? rows : 0n };
  }
}

function affected(rows: bigint): RowsResult {
  return new RowsResult(AFFECTED, [[String(rows), String(rows)]]);
}

/** The table's columns in the order of the query's. */
function targetsOf(
  statement: Write<'insert'>,
  fields: readonly StructField[],
  given: readonly string[],
  table: readonly string[],
): StructField[] {
  const wanted = statement.columns ?? (statement.byName ? given : fields.map((field) => field.name));
  const targets = wanted.map((name) => {
    const field = fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (field !== undefined) return field;
    const proposal = fields.map((candidate) => backticked(candidate.name)).join(', ');
    throw new SqlFailure(
      'UNRESOLVED_COLUMN.WITH_SUGGESTION',
      `A column, variable, or function parameter with name ${backticked(name)} cannot be resolved. Did you mean one of the following? [${proposal}].`,
      '42703',
    );
  });
  if (new Set(targets).size < targets.length) throw duplicateColumn(wanted);
  if (targets.length === given.length) return targets;
  const [kind, reason] =
    given.length > targets.length ? ['TOO_MANY_DATA_COLUMNS', 'too many'] : ['NOT_ENOUGH_DATA_COLUMNS', 'not enough'];
  throw new SqlFailure(
    `INSERT_COLUMN_ARITY_MISMATCH.${kind}`,
    `Cannot write to ${backticked(...table)}, the reason is ${reason} data columns:\nTable columns: ${targets.map((field) => backticked(field.name)).join(', ')}.\nData columns: ${given.map((name) => backticked(name)).join(', ')}.`,
    '21S01',
  );
}

function refuseColumns(columns: readonly StructField[], partitionColumns: readonly string[]): void {
  const names = columns.map((column) => column.name.toLowerCase());
  if (new Set(names).size < names.length) throw duplicateColumn(names);
  for (const name of names) {
    if ([...name].some((character) => ' ,;{}()\n\t='.includes(character))) {
      throw new SqlFailure(
        'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES',
        `Found invalid character(s) among ' ,;{}()\\n\\t=' in the column names of your schema. Please use other characters and try again. Alternatively, enable Column Mapping to keep using these characters.\nInvalid column names: ${name}.`,
        '42K05',
      );
    }
  }
  const unknown = partitionColumns.find((name) => !names.includes(name.toLowerCase()));
  if (unknown === undefined) return;
  throw new SqlFailure(
    'COLUMN_NOT_DEFINED_IN_TABLE',
    `PARTITIONED BY column ${backticked(unknown)} is not defined in the table.`,
    '42703',
  );
}

function duplicateColumn(names: readonly string[]): SqlFailure {
  const lower = names.map((name) => name.toLowerCase());
  const twice = lower.find((name, index) => lower.indexOf(name) !== index) ?? '';
  return new SqlFailure(
    'COLUMN_ALREADY_EXISTS',
    `The column ${backticked(twice)} already exists. Choose another name or rename the existing column.`,
    '42711',
  );
}
