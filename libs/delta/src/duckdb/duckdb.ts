import { mkdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { directoryLiteral, literal } from './sql';

export interface DuckDBLimits {
  /** The only folders any statement can open files in. */
  directories: readonly string[];
  temporaryDirectory: string;
  memoryLimitBytes: number;
}

export type Connection = DuckDBConnection;
export type Value = DuckDBValue;

/**
 * One in-process DuckDB that can read parquet below a few folders and nothing else: no network, no extensions, no other
 * files, and no way for a statement to lift these limits. It starts with the first query, because a service that never
 * opens a table should not pay for it.
 */
export class DuckDB {
  private instance: Promise<DuckDBInstance> | undefined;
  private closed = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly limits: DuckDBLimits) {}

  /** Runs `work` on a connection of its own; an abort interrupts the running statement at once. */
  async connected<T>(signal: AbortSignal | undefined, work: (connection: Connection) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    this.instance ??= this.start().catch((error: unknown) => {
      // The next query tries again: what was in the way (a full disk) may be gone by then.
      this.instance = undefined;
      throw error;
    });
    const connection = await (await this.instance).connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      // The abort may have come while connecting, when there was nothing to interrupt yet.
      signal?.throwIfAborted();
      return await work(connection);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
    }
  }

  /** One statement on a connection of its own. */
  async rows(sql: string, signal?: AbortSignal): Promise<DuckDBValue[][]> {
    return this.connected(signal, async (connection) => (await connection.run(sql)).getRows());
  }

  /** The rows of one statement, a few thousand at a time: the next ones are made when `take` is done with these. */
  async eachRows(sql: string, take: (rows: DuckDBValue[][]) => Promise<void>, signal?: AbortSignal): Promise<void> {
    await this.connected(signal, (connection) => eachRows(connection, sql, take));
  }

  /** One after the other: what unpacks whole row groups has all threads anyway, and several at once would not fit into memory. */
  async alone<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const begin = (): Promise<T> => {
      signal?.throwIfAborted();
      return work();
    };
    const mine = this.turn.then(begin, begin);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  async close(): Promise<void> {
    this.closed = true;
    const instance = this.instance;
    this.instance = undefined;
    (await instance)?.closeSync();
  }

  private async start(): Promise<DuckDBInstance> {
    if (this.closed) throw new Error('The engine is closed');
    const { DuckDBInstance } = await loadDuckDB();
    await mkdir(this.limits.temporaryDirectory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // Sparse files grow between queries, so bytes seen once must not be remembered.
      enable_external_file_cache: 'false',
      memory_limit: `${Math.floor(this.limits.memoryLimitBytes / 1024)}KiB`,
      temp_directory: await realpath(this.limits.temporaryDirectory),
    });
    const connection = await instance.connect();
    try {
      await connection.run(`SET GLOBAL TimeZone = ${literal('UTC')}`);
      await connection.run(`SET allowed_directories = [${this.limits.directories.map(directoryLiteral).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
    } finally {
      connection.closeSync();
    }
    return instance;
  }
}

/** The same on a connection that is there. */
export async function eachRows(
  connection: Connection,
  sql: string,
  take: (rows: Value[][]) => Promise<void>,
): Promise<void> {
  const result = await connection.stream(sql);
  for await (const rows of result.yieldRows()) await take(rows);
}

/** A module that may require takes a third of the time: `import()` first looks through all of the package for names. */
async function loadDuckDB(): Promise<typeof import('@duckdb/node-api')> {
  if (typeof __filename !== 'string') return import('@duckdb/node-api');
  return createRequire(__filename)('@duckdb/node-api') as typeof import('@duckdb/node-api');
}
