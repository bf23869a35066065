import { join } from 'node:path';
import { append, type DeltaEngine, type StructField } from '@lakescope/delta';
import type { EngineCatalog } from '../engine-catalog';
import { fromDelta } from '../failures/delta-failure';
import { backticked, identifier, literal } from '../language/duckdb-text';
import type { CopyInto } from '../language/statement';
import type { RelationContext, Relations } from '../relations/relations';
import { partsOf, resolveName } from '../relations/resolve-name';
import { RowsResult } from '../results/rows-result';
import { SqlFailure } from '../sql-failure';
import { sourceFiles, type SourceFile } from './source-files';
import { ENGINE_INFO, inType } from './target-table';

const RESULT = [
  ['num_affected_rows', 'long'],
  ['num_inserted_rows', 'long'],
  ['num_skipped_corrupt_files', 'long'],
] as const;

/**
 * COPY INTO: rows of files of a volume are appended, each file once. Which files a table has is kept in its log, as
 * transactions in the same commit as the rows, so that a kill neither loses nor doubles a file.
 */
export class CopyIntoCommand {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly relations: Relations,
    private readonly delta: DeltaEngine,
  ) {}

  async copy(statement: CopyInto, context: RelationContext): Promise<RowsResult> {
    const { caller, session, sandbox, signal } = context;
    const name = resolveName(statement.table.parts, session, statement.table.place);
    const entry = await this.relations.tableFor(caller, 'MODIFY', name, statement.table.place);
    const found = await sourceFiles(statement, this.catalog, context);
    const table = await this.relations.open(entry, signal);
    try {
      const snapshot = await table.snapshot({}, { signal });
      const isForced = isTrue(statement.copyOptions, 'force');
      const fresh = found.filter((file) => snapshot.lastTransaction(markOf(file)) === undefined);
      const files = isForced ? found : fresh;
      if (files.length === 0) return result(0n);
      const mergeSchema = isTrue(statement.copyOptions, 'mergeschema');
      const query = await this.rowsOf(statement, files, snapshot.schema.fields, mergeSchema, context);
      const file = join(await sandbox.folder(), 'rows.parquet');
      const [[rows] = []] = await sandbox.rows(`COPY (${query}) TO ${literal(file)} (FORMAT parquet)`);
      signal.throwIfAborted();
      await append(this.delta, table, {
        source: { files: [file], format: 'parquet' },
        mergeSchema,
        marks: fresh.map((one) => ({ appId: markOf(one), version: 0 })),
        operation: { name: 'COPY INTO', parameters: { statsOnLoad: 'false' } },
        userName: caller.name,
        engineInfo: ENGINE_INFO,
      });
      await this.catalog.tableChanged(caller, name);
      return result(typeof rows === 'bigint' ? rows : 0n);
    } catch (error) {
      throw fromDelta(error, partsOf(name));
    }
  }

  /** A query for the rows of the files, with the table's columns and, where the schema may grow, theirs. */
  private async rowsOf(
    statement: CopyInto,
    files: readonly SourceFile[],
    fields: readonly StructField[],
    mergeSchema: boolean,
    { sandbox }: RelationContext,
  ): Promise<string> {
    const reader = readerOf(statement, files);
    const isHeadless = statement.format === 'CSV' && !isTrue(statement.formatOptions, 'header');
    const named = isHeadless
      ? (await sandbox.columnNames(`SELECT * FROM ${reader}`)).map((_, index) => `_c${index}`)
      : [];
    const { select, columns } = statement;
    const alias = `${select?.alias ?? 'source'}${named.length === 0 ? '' : `(${named.map(identifier).join(', ')})`}`;
    const rows = `SELECT ${select?.list ?? '*'} FROM ${reader} AS ${alias}`;
    if (select !== undefined) sandbox.refuseForeign(`SELECT ${select.list} FROM (SELECT NULL) AS ${select.alias}`);
    const given = await sandbox.columnNames(rows);
    const targets = columns ?? (statement.byPosition ? fields.map((field) => field.name) : given);
    if (targets.length !== given.length) throw mismatch(given, fields);
    const values = targets.map((target, index) => {
      const field = fields.find((one) => one.name.toLowerCase() === target.toLowerCase());
      if (field !== undefined) return `${inType(`s${index}`, field)} AS ${identifier(field.name)}`;
      if (!mergeSchema || columns !== undefined) throw mismatch([target], fields);
      return `s${index} AS ${identifier(target)}`;
    });
    const names = given.map((_, index) => `s${index}`);
    return `SELECT ${values.join(', ')} FROM (${rows}) AS read(${names.join(', ')})`;
  }
}

function readerOf({ format, formatOptions }: CopyInto, files: readonly SourceFile[]): string {
  const list = `[${files.map(({ path }) => fileLiteral(path)).join(', ')}]`;
  const text = (option: string, otherwise: string): string => literal(formatOptions.get(option) ?? otherwise);
  switch (format) {
    case 'CSV': {
      const delimiter = formatOptions.get('sep') ?? formatOptions.get('delimiter') ?? ',';
      const options = [
        `header = ${isTrue(formatOptions, 'header')}`,
        `delim = ${literal(delimiter)}`,
        `quote = ${text('quote', '"')}`,
        `escape = ${text('escape', '"')}`,
        `nullstr = ${text('nullvalue', '')}`,
        `all_varchar = ${!isTrue(formatOptions, 'inferschema')}`,
        'union_by_name = true',
        'hive_partitioning = false',
      ];
      return `read_csv(${list}, ${options.join(', ')})`;
    }
    case 'JSON': {
      const layout = isTrue(formatOptions, 'multiline') ? 'auto' : 'newline_delimited';
      return `read_json(${list}, format = '${layout}', union_by_name = true, hive_partitioning = false)`;
    }
    case 'PARQUET':
      return `read_parquet(${list}, union_by_name = true, hive_partitioning = false)`;
    default:
      throw new SqlFailure(
        'COPY_INTO_SOURCE_FILE_FORMAT_NOT_SUPPORTED',
        'The format of the source files must be one of CSV, JSON, or PARQUET.',
        '0A000',
      );
  }
}

/** File functions expand `*`, `?` and `[...]`; a class of one character is the only escape they know. */
function fileLiteral(path: string): string {
  return literal(path.replace(/[[*?]/g, (character) => `[${character}]`));
}

function isTrue(options: ReadonlyMap<string, string>, name: string): boolean {
  return options.get(name)?.toLowerCase() === 'true';
}

/** Files are known by their names alone: one that has changed since it was loaded is not loaded again. */
function markOf({ name }: SourceFile): string {
  return `copy-into:${name}`;
}

function result(rows: bigint): RowsResult {
  return new RowsResult(RESULT, [[String(rows), String(rows), '0']]);
}

function mismatch(columns: readonly string[], fields: readonly StructField[]): SqlFailure {
  return new SqlFailure(
    'DELTA_METADATA_MISMATCH',
    `A metadata mismatch was detected when writing to the Delta table. The files have ${backticked(...columns.slice(0, 1))}${columns.length > 1 ? ` and ${columns.length - 1} more columns` : ''}; the table has ${fields.map((field) => backticked(field.name)).join(', ')}. To let the table take new columns, set COPY_OPTIONS ('mergeSchema' = 'true').`,
    '42KDG',
  );
}
