import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Row = { readonly [column: string]: Json };

/** Writes rows as parquet by DuckDB, the same bytes every time. */
export class Parquet {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<Parquet> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return new Parquet(instance, connection);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** `columns` has the DuckDB type of each column; longs are given as text. Answers the size of the file. */
  async writeRows(file: string, columns: Readonly<Record<string, string>>, rows: readonly Row[]): Promise<number> {
    const folder = await mkdtemp(join(tmpdir(), 'delta-corpus-'));
    try {
      const source = join(folder, 'rows.json');
      await writeFile(source, rows.map((row) => JSON.stringify(row)).join('\n'));
      const types = Object.entries(columns).map(([name, type]) => `${text(name)}: ${text(type)}`);
      const query = `SELECT * FROM read_json(${text(source)}, format = 'newline_delimited', columns = {${types.join(', ')}})`;
      return await this.writeQuery(file, query);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async writeQuery(file: string, query: string, options = ''): Promise<number> {
    await mkdir(dirname(file), { recursive: true });
    await this.connection.run(`COPY (${query}) TO ${text(file)} (FORMAT parquet, COMPRESSION snappy${options})`);
    return (await stat(file)).size;
  }
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
