import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../language/duckdb-text';
import { MACROS } from './macros';

/** Of all statements together. A page of a table of 2,000 columns in order did not fit into half of it. */
const MEMORY_LIMIT = '1GiB';
const THREADS = '2';

export interface DatabaseOptions {
  /** The only folders that anything can be opened in. */
  readonly directories: readonly string[];
  /** For what does not fit into memory. */
  readonly temporaryDirectory: string;
}

/**
 * A DuckDB that statements share, each on a connection of its own. It is set up by our own statements, then locked: from
 * there on it opens files of its folders and nothing else, and nothing can lift that. Why sharing it keeps callers apart
 * is said in docs/adr/0018-one-sql-database.md.
 */
export class Database {
  private connections = 0;
  private retired = false;

  private constructor(private readonly instance: DuckDBInstance) {}

  static async open({ directories, temporaryDirectory }: DatabaseOptions): Promise<Database> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // What was read of a table is the page cache's to keep.
      enable_external_file_cache: 'false',
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: temporaryDirectory,
    });
    const connection = await instance.connect();
    try {
      const folders = [...directories, temporaryDirectory].map((folder) => literal(`${folder}/`));
      const statements = [
        `SET GLOBAL TimeZone = 'UTC'`,
        `SET GLOBAL default_null_order = 'nulls_first_on_asc_last_on_desc'`,
        ...MACROS,
        `SET allowed_directories = [${folders.join(', ')}]`,
        'SET enable_external_access = false',
        'SET lock_configuration = true',
      ];
      for (const statement of statements) await connection.run(statement);
    } finally {
      connection.closeSync();
    }
    return new Database(instance);
  }

  async connect(): Promise<DuckDBConnection> {
    this.connections += 1;
    try {
      return await this.instance.connect();
    } catch (error) {
      this.left();
      throw error;
    }
  }

  /** A connection was closed. */
  left(): void {
    this.connections -= 1;
    if (this.retired && this.connections === 0) this.instance.closeSync();
  }

  /** Ends with its last connection; no new one may be asked for. */
  retire(): void {
    if (this.retired) return;
    this.retired = true;
    if (this.connections === 0) this.instance.closeSync();
  }
}
