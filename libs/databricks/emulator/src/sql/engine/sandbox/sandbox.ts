import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { literal } from '../language/duckdb-text';
import { MACROS } from './macros';

const MEMORY_LIMIT = '384MiB';
const THREADS = '2';
const INTERRUPT_MILLISECONDS = 20;

/**
 * A DuckDB of one statement. It is set up by our own statements, then locked: from there on it opens the files of the
 * statement's tables and its own folder, and nothing can lift that.
 */
export class Sandbox {
  private interrupting: NodeJS.Timeout | undefined;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    /** For what does not fit into memory and for rows on their way into a table; removed with the sandbox. */
    readonly directory: string,
  ) {}

  static async open(scratchDirectory: string): Promise<Sandbox> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const directory = join(scratchDirectory, randomUUID());
    await mkdir(directory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: directory,
    });
    const connection = await instance.connect();
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
    await connection.run(`SET GLOBAL default_null_order = 'nulls_first_on_asc_last_on_desc'`);
    for (const macro of MACROS) await connection.run(macro);
    return new Sandbox(instance, connection, directory);
  }

  /** From now on only these files and the sandbox's own folder can be opened. */
  async lockDown(files: readonly string[]): Promise<void> {
    await this.connection.run(`SET allowed_paths = [${files.map(literal).join(', ')}]`);
    await this.connection.run(`SET allowed_directories = [${literal(`${this.directory}/`)}]`);
    await this.connection.run('SET enable_external_access = false');
    await this.connection.run('SET lock_configuration = true');
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    return (await this.connection.run(sql)).getRows();
  }

  /** A result that is computed while it is read. */
  stream(sql: string): Promise<DuckDBResult> {
    return this.connection.stream(sql);
  }

  /** The columns a query would have, without running it. */
  async columns(sql: string): Promise<(readonly [name: string, type: DuckDBType])[]> {
    const prepared = await this.connection.prepare(sql);
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => [
        prepared.columnName(index),
        prepared.columnType(index),
      ]);
    } finally {
      prepared.destroySync();
    }
  }

  async columnNames(sql: string): Promise<string[]> {
    return (await this.columns(sql)).map(([name]) => name);
  }

  /**
   * Stops the running statement, which rejects, and every one that comes after. Said again and again, because DuckDB
   * forgets an interrupt when a statement begins, and that may be a moment later.
   */
  interrupt(): void {
    this.connection.interrupt();
    this.interrupting ??= setInterval(() => this.connection.interrupt(), INTERRUPT_MILLISECONDS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.interrupting);
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.directory, { recursive: true, force: true });
  }
}
