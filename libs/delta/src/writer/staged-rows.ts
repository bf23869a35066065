import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { directoryLiteral, fileLiteral, literal } from '../duckdb/sql';
import type { StructField } from '../schema/types';
import { inferType } from './infer-type';
import type { RowSource } from './write-options';

const READERS: Record<RowSource['format'], (files: string) => string> = {
  parquet: (files) => `read_parquet(${files}, hive_partitioning = false)`,
  csv: (files) => `read_csv(${files}, hive_partitioning = false)`,
  json: (files) => `read_json_auto(${files}, hive_partitioning = false)`,
};

/**
 * The rows to write, loaded once into a DuckDB of their own. It is not the reader's sandbox, because a caller's query
 * runs in it; it still opens nothing but the source files and its scratch folder.
 */
export class StagedRows {
  private constructor(
    private readonly connection: DuckDBConnection,
    readonly directory: string,
    /** Columns as Delta types, all nullable. */
    readonly fields: readonly StructField[],
  ) {}

  static async using<T>(
    scratchDirectory: string,
    source: RowSource,
    work: (rows: StagedRows) => Promise<T>,
  ): Promise<T> {
    const directory = join(scratchDirectory, randomUUID());
    const { DuckDBInstance } = await import('@duckdb/node-api');
    await mkdir(directory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      temp_directory: directory,
    });
    const connection = await instance.connect();
    try {
      const files = await Promise.all(source.files.map((file) => realpath(file)));
      await connection.run(`SET TimeZone = ${literal('UTC')}`);
      await connection.run(`SET allowed_paths = [${files.map(literal).join(', ')}]`);
      await connection.run(`SET allowed_directories = [${directoryLiteral(directory)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      const list = `[${files.map(fileLiteral).join(', ')}]`;
      await connection.run(`CREATE VIEW source AS SELECT * FROM ${READERS[source.format](list)}`);
      await connection.run(`CREATE TABLE staged AS ${source.query ?? 'SELECT * FROM source'}`);
      return await work(new StagedRows(connection, directory, await describe(connection)));
    } finally {
      connection.closeSync();
      instance.closeSync();
      await rm(directory, { recursive: true, force: true });
    }
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    return (await this.connection.run(sql)).getRows();
  }
}

async function describe(connection: DuckDBConnection): Promise<StructField[]> {
  const empty = await connection.run('SELECT * FROM staged LIMIT 0');
  const types = empty.columnTypes();
  return empty.columnNames().flatMap((name, index) => {
    const type = types[index];
    return type === undefined ? [] : [{ name, type: inferType(type, name), nullable: true, metadata: {} }];
  });
}
