import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** Real parquet files, written and read by DuckDB in a folder that goes with them. */
export class ParquetFiles {
  private constructor(
    private readonly directory: string,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<ParquetFiles> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return new ParquetFiles(await mkdtemp(join(tmpdir(), 'cda-parquet-')), instance, connection);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** The rows of a query as the bytes of a file. */
  async write(name: string, query: string, options = 'COMPRESSION snappy'): Promise<Buffer> {
    await this.connection.run(`COPY (${query}) TO '${this.path(name)}' (FORMAT parquet, ${options})`);
    return readFile(this.path(name));
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.directory, { recursive: true, force: true });
  }
}
