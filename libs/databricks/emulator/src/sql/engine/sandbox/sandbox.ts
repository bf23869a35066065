import { mkdir, rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { SqlFailure } from '../sql-failure';
import type { Database } from './database';

const INTERRUPT_MILLISECONDS = 20;
const MICROS_PER_MILLI = 1_000n;

/** A value of a row that is appended. */
export type SandboxCell = string | number | boolean | null | { readonly millis: number };

/** How DuckDB writes the schema of what belongs to a connection. */
const OWN_RELATION = '"temp".main.';

/**
 * What one statement runs in: a connection whose relations nobody else sees and that are gone with it, and a folder for
 * rows on their way into a table.
 */
export class Sandbox {
  private interrupting: NodeJS.Timeout | undefined;
  private hasFolder = false;

  private constructor(
    private readonly database: Database,
    private readonly connection: DuckDBConnection,
    private readonly directory: string,
  ) {}

  /** Nothing is at `directory` yet. */
  static async open(database: Database, directory: string): Promise<Sandbox> {
    return new Sandbox(database, await database.connect(), directory);
  }

  /** Made when it is first asked for, and removed with the sandbox. */
  async folder(): Promise<string> {
    if (!this.hasFolder) await mkdir(this.directory, { recursive: true, mode: 0o700 });
    this.hasFolder = true;
    return this.directory;
  }

  /**
   * Asks DuckDB's own parser which relations a query names, and refuses one that names any but the statement's own. Our
   * grammar writes no other, so this is for the day when it has a fault.
   */
  refuseForeign(query: string): void {
    const foreign = this.connection.getTableNames(query, true).some((name) => !name.startsWith(OWN_RELATION));
    if (!foreign) return;
    throw new SqlFailure(
      'UNSUPPORTED_FEATURE.SQL',
      'The feature is not supported: a query that speaks of itself.',
      '0A000',
    );
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    return (await this.connection.run(sql)).getRows();
  }

  /** Appends rows to a table of the sandbox; a number of milliseconds since 1970 becomes a time. */
  async fill(table: string, batches: AsyncIterable<readonly (readonly SandboxCell[])[]>): Promise<void> {
    const { DuckDBDataChunk, DuckDBTimestampTZValue } = await import('@duckdb/node-api');
    const appender = await this.connection.createAppender(table, 'main', 'temp');
    try {
      const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
      for await (const rows of batches) {
        if (rows.length === 0) continue;
        const chunk = DuckDBDataChunk.create(types);
        chunk.setRows(
          rows.map((row) =>
            row.map((cell) =>
              cell !== null && typeof cell === 'object'
                ? new DuckDBTimestampTZValue(BigInt(Math.floor(cell.millis)) * MICROS_PER_MILLI)
                : cell,
            ),
          ),
        );
        appender.appendDataChunk(chunk);
      }
    } finally {
      appender.closeSync();
    }
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
    this.database.left();
    if (this.hasFolder) await rm(this.directory, { recursive: true, force: true });
  }
}
