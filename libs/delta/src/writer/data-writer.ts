import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnreadableFile } from '../duckdb/file-faults';
import { identifier, literal } from '../duckdb/sql';
import { InvalidRequest, UnsupportedTableFeature, messageOf } from '../errors';
import { duckdbType } from '../schema/duckdb-type';
import { typeText, type StructField } from '../schema/types';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import { columnStats } from './column-stats';
import { indexedColumns } from './indexed-columns';
import { logPath, partitionFolder } from './partition-folder';
import type { StagedRows } from './staged-rows';

const DEFAULT_ROWS_PER_FILE = 1_000_000;

/** A data file that is in the storage and may be registered by an add action. */
export interface WrittenFile {
  /** As the log names it: percent-encoded. */
  path: string;
  partitionValues: Record<string, string | null>;
  sizeBytes: number;
  numRecords: bigint;
  stats: string;
}

export interface WriteTarget {
  schema: readonly StructField[];
  partitionColumns: readonly string[];
  properties: Readonly<Record<string, string>>;
  /** Live domain metadata of the table. */
  domains: ReadonlyMap<string, string>;
}

/**
 * Writes staged rows as parquet files below a table. Until a commit names them they belong to nothing, so a failed
 * write leaves the table as it was.
 */
export async function writeDataFiles(
  storage: Storage,
  target: WriteTarget,
  staged: StagedRows,
  maxRowsPerFile = DEFAULT_ROWS_PER_FILE,
): Promise<WrittenFile[]> {
  const partitions = target.partitionColumns.map((name) => fieldNamed(target.schema, name));
  const stored = target.schema.filter((field) => !partitions.includes(field));
  if (stored.length === 0) throw new InvalidRequest('A table needs a column that it is not partitioned by');
  await conform(staged, target.schema, partitions);
  const files: WrittenFile[] = [];
  const texts = partitions.map((_, index) => `conformed.p${index}`);
  const groups = await staged.rows(
    `SELECT ${[...texts, 'count(*)'].join(', ')} FROM conformed GROUP BY ALL ORDER BY ALL`,
  );
  for (const group of groups) {
    const rows = Number(group.at(-1));
    const values = partitions.map(
      (field, index) => [field.name, typeof group[index] === 'string' ? group[index] : null] as const,
    );
    const conditions = values.map(
      ([, value], index) => `${texts[index]} IS NOT DISTINCT FROM ${value === null ? 'NULL' : literal(value)}`,
    );
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    for (let start = 0; start < rows; start += maxRowsPerFile) {
      const columns = stored.map((field) => `c${target.schema.indexOf(field)} AS ${identifier(field.name)}`).join(', ');
      const slice = `(SELECT ${columns} FROM conformed${where} ORDER BY conformed.rowid LIMIT ${maxRowsPerFile} OFFSET ${start})`;
      files.push(await writeFile(storage, target, staged, stored, values, slice));
    }
  }
  return files;
}

/**
 * Casts the staged columns to the table's types, and partition values to their text. The columns are called `c0`, `c1`, ... here:
 * a table may have columns `p0` or `rowid`, which would be taken for the names used in this file.
 */
async function conform(
  staged: StagedRows,
  schema: readonly StructField[],
  partitions: readonly StructField[],
): Promise<void> {
  const columns = schema.map((field, index) => {
    const source = staged.fields.find((candidate) => candidate.name.toLowerCase() === field.name.toLowerCase());
    const type = duckdbType(field.type, (inner) => inner.name);
    if (field.type === 'void') throw new UnsupportedTableFeature(['type void']);
    return `CAST(${source === undefined ? 'NULL' : identifier(source.name)} AS ${type}) AS c${index}`;
  });
  try {
    await staged.rows(`CREATE OR REPLACE TABLE casted AS SELECT ${columns.join(', ')} FROM staged`);
  } catch (cause) {
    if (!isUnreadableFile(cause) && !isOutOfRange(cause)) throw cause;
    throw new InvalidRequest(`The rows do not fit the table: ${messageOf(cause).split('\n')[0]}`, { cause });
  }
  await refuseLosses(staged, schema);
  const texts = partitions.map((field, index) => `${partitionText(field, `c${schema.indexOf(field)}`)} AS p${index}`);
  await staged.rows(`CREATE OR REPLACE TABLE conformed AS SELECT ${['*', ...texts].join(', ')} FROM casted`);
  await staged.rows('DROP TABLE casted');
  const required = schema.filter((field) => !field.nullable);
  for (const field of required) {
    const [row] = await staged.rows(`SELECT count(*) FROM conformed WHERE c${schema.indexOf(field)} IS NULL`);
    if (Number(row?.[0] ?? 0) > 0)
      throw new InvalidRequest(`Column ${field.name} must not be null, and rows have nulls`);
  }
}

/**
 * A cast that succeeds may still round (1.7 to 2) or cut (a time to its date). Text is parsed, not cut, and rounding is what float
 * columns are for.
 */
async function refuseLosses(staged: StagedRows, schema: readonly StructField[]): Promise<void> {
  const checks = schema.flatMap((field) => {
    const source = staged.fields.find((candidate) => candidate.name.toLowerCase() === field.name.toLowerCase());
    if (typeof source?.type !== 'string' || typeof field.type !== 'string' || source.type === field.type) return [];
    if (source.type === 'string' || field.type === 'float') return [];
    const column = identifier(source.name);
    const there = `CAST(${column} AS ${duckdbType(field.type)})`;
    return [{ field, source, loss: `CAST(${there} AS ${duckdbType(source.type)}) IS DISTINCT FROM ${column}` }];
  });
  if (checks.length === 0) return;
  const [losses = []] = await staged.rows(
    `SELECT ${checks.map(({ loss }) => `coalesce(bool_or(${loss}), false)`).join(', ')} FROM staged`,
  );
  const lost = checks.find((_, index) => losses[index] === true);
  if (lost === undefined) return;
  const { field, source } = lost;
  throw new InvalidRequest(
    `Column ${field.name} is ${typeText(field.type)}, and rows have values of type ${typeText(source.type)} that it cannot hold exactly`,
  );
}

function isOutOfRange(thrown: unknown): boolean {
  return messageOf(thrown).startsWith('Out of Range Error');
}

/** PROTOCOL.md, "Partition Value Serialization"; empty text and null are the same there. */
function partitionText(field: StructField, column: string): string {
  switch (field.type) {
    case 'timestamp':
      return `strftime(${column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'timestamp_ntz':
      return `strftime(${column}, '%Y-%m-%d %H:%M:%S.%f')`;
    case 'float':
    case 'double':
      return `CASE WHEN isnan(${column}) THEN 'NaN' WHEN isinf(${column}) THEN if(${column} > 0, 'Infinity', '-Infinity') ELSE CAST(${column} AS VARCHAR) END`;
    default:
      if (typeof field.type !== 'string' || field.type === 'binary') {
        throw new InvalidRequest(`Column ${field.name} cannot be a partition column: its type has no safe text form`);
      }
      return `nullif(CAST(${column} AS VARCHAR), '')`;
  }
}

async function writeFile(
  storage: Storage,
  target: WriteTarget,
  staged: StagedRows,
  stored: readonly StructField[],
  partition: readonly (readonly [string, string | null])[],
  slice: string,
): Promise<WrittenFile> {
  const name = `part-00000-${randomUUID()}-c000.snappy.parquet`;
  const local = join(staged.directory, name);
  await staged.rows(`COPY ${slice} TO ${literal(local)} (FORMAT parquet, COMPRESSION snappy)`);
  const indexed = indexedColumns(target.properties, target.domains);
  const stats = await columnStats(stored, indexed, `${slice} AS slice`, (sql) => staged.rows(sql));
  const bytes = await readFile(local);
  await rm(local);
  const path = joinPath(partitionFolder(partition), name);
  await storage.putIfAbsent(path, bytes);
  return {
    path: logPath(path),
    partitionValues: Object.fromEntries(partition),
    sizeBytes: bytes.length,
    numRecords: stats.numRecords,
    stats: stats.text,
  };
}

function fieldNamed(schema: readonly StructField[], name: string): StructField {
  const field = schema.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (field === undefined) throw new InvalidRequest(`Partition column ${name} is not in the schema`);
  return field;
}
