import type { DataSource } from 'typeorm';

export interface BackupReport {
  /** Name of the last migration of the schema that was saved. */
  schemaVersion: string | undefined;
  tables: readonly { name: string; rows: number }[];
}

export interface RestoreOptions {
  /** Drops what is in the schema first. Without it a schema that holds rows, or is of another version than the backup, is refused. */
  replace?: boolean;
}

/** Saves the schema as portable files, and brings it back from them. */
export class SchemaBackup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly schema: string,
  ) {}

  async backup(directory: string): Promise<BackupReport> {
    return Promise.reject(new Error(`${directory} ${this.schema} ${this.dataSource.isInitialized}`));
  }

  async restore(directory: string, options: RestoreOptions = {}): Promise<BackupReport> {
    return Promise.reject(new Error(`${directory} ${options.replace}`));
  }
}
