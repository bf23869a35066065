import { mkdir, mkdtemp, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../duckdb/sql';
import type { JsonValue, StructField, StructType } from '../schema/types';
import { LocalStorage } from '../storage/local-storage';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import type { RowSource } from '../writer/write-options';

/** A folder of tables for one test file, with an engine that may read it. */
export class TemporaryLake {
  private constructor(
    readonly directory: string,
    readonly engine: DeltaEngine,
  ) {}

  /** `absoluteRoots` are folders of the lake in which absolute paths may be opened. */
  static async open(
    options: { inPlace?: boolean; absoluteRoots?: string[]; largeFiles?: number } = {},
  ): Promise<TemporaryLake> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'delta-')));
    const absoluteRoots = (options.absoluteRoots ?? []).map((root) => join(directory, root));
    for (const root of absoluteRoots) await mkdir(root);
    const engine = await DeltaEngine.open({
      cacheDirectory: join(directory, 'cache'),
      localRoots: options.inPlace === false ? [] : [directory],
      absoluteRoots,
      ...(options.largeFiles === undefined ? {} : { largeFiles: options.largeFiles }),
    });
    return new TemporaryLake(directory, engine);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  storage(table: string): LocalStorage {
    return new LocalStorage(join(this.directory, table));
  }

  open(table: string): Promise<DeltaTable> {
    return DeltaTable.open(this.engine, this.storage(table));
  }

  async write(path: string, content: string | Uint8Array): Promise<string> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  read(path: string): Promise<Buffer> {
    return readFile(join(this.directory, path));
  }

  /** Writes a commit by hand; `at` sets the time of its file. */
  async commit(table: string, version: number, actions: readonly JsonValue[], at?: Date): Promise<void> {
    const name = `${table}/_delta_log/${String(version).padStart(20, '0')}.json`;
    const file = await this.write(name, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
    if (at !== undefined) await utimes(file, at, at);
  }

  /** Makes a parquet file of a query's rows, by DuckDB alone; answers its size. */
  async parquet(path: string, query: string, options = ''): Promise<number> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      await connection.run(`SET TimeZone = 'UTC'`);
      await connection.run(`COPY (${query}) TO ${literal(file)} (FORMAT parquet${options})`);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    return (await stat(file)).size;
  }

  /** Rows made by a query alone. */
  async rows(query: string): Promise<RowSource> {
    const file = await this.write('one-row.csv', 'nothing\n0\n');
    return { files: [file], format: 'csv', query };
  }
}

export function column(name: string, type: StructField['type'], metadata: StructField['metadata'] = {}): StructField {
  return { name, type, nullable: true, metadata };
}

/** The first two actions of a table with an `id` column, or with other columns. */
export function created(
  options: {
    fields?: StructField[];
    protocol?: { [key: string]: JsonValue };
    configuration?: Record<string, string>;
    partitionColumns?: string[];
  } = {},
): JsonValue[] {
  const schema: StructType = { type: 'struct', fields: options.fields ?? [column('id', 'long')] };
  return [
    { protocol: options.protocol ?? { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'b5a6a2a4-1d2c-4c63-a5b5-0d0f5f3a8f10',
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify(schema),
        partitionColumns: options.partitionColumns ?? [],
        configuration: options.configuration ?? {},
      },
    },
  ];
}

export function added(path: string, more: { [key: string]: JsonValue } = {}): JsonValue {
  return { add: { path, partitionValues: {}, size: 100, modificationTime: 1, dataChange: true, ...more } };
}
