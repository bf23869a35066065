import { access, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import {
  readVerified,
  writeManifest,
  type BackupManifest,
  type SavedSequence,
  type SavedTable,
} from './backup-manifest';
import { defaults } from './defaults';
import { InvalidBackup, RestoreRefused } from './persistence.errors';
import { executedMigrations, knownMigrations, withSchemaLock } from './schema-migrator';
import { quotedTable, tablesOf, type SchemaTable } from './schema-tables';
import { loadRows, saveRows } from './table-rows';

export interface BackupReport {
  /** Name of the last migration of the schema: of the one that was saved, or of the one there is after a restore. */
  schemaVersion: string | undefined;
  tables: readonly { name: string; rows: number }[];
}

export interface RestoreOptions {
  /** Drops what is in the schema first. Without it a schema that holds rows, or is of another version than the backup, is refused. */
  replace?: boolean;
}

/** Values are written and read the same way on every server. */
const PORTABLE = `SELECT set_config('lakescope.system', 'on', true), set_config('datestyle', 'ISO, YMD', true),
  set_config('intervalstyle', 'postgres', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)`;

/** Saves the schema as portable files, and brings it back from them, on any server and with no tool of Postgres's own. */
export class SchemaBackup {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Writes every table as it is at one instant into a folder that is empty or not there yet; the app may go on working. Nobody's rows
   * are left out: the files hold what all people stored, and only their owner can read them. Throws `InvalidBackup` when the folder is not
   * empty, or when there is nothing to save.
   */
  async backup(directory: string): Promise<BackupReport> {
    await makeFolder(directory);
    if ((await readdir(directory)).length > 0) throw new InvalidBackup(`${directory} is not empty.`);
    return withSchemaLock(this.dataSource, async (runner, unlock) => {
      await runner.startTransaction('REPEATABLE READ');
      try {
        await runner.query(PORTABLE);
        const migrations = await executedMigrations(this.dataSource, runner);
        const there = await tablesOf(runner);
        // From here on the tables themselves are held, against migrations only: a replica that starts has not to wait for the end.
        if (there.length === 0)
          throw new InvalidBackup('The schema lakescope has no tables: there is nothing to back up.');
        await runner.query(`LOCK TABLE ${there.map(({ name }) => quotedTable(name)).join(', ')} IN ACCESS SHARE MODE`);
        await unlock();
        const tables: SavedTable[] = [];
        for (const table of there) tables.push(await save(runner, table, directory));
        const [row] = (await runner.query(`SELECT current_setting('server_version') AS version`)) as {
          version: string;
        }[];
        await writeManifest(directory, {
          created_at: new Date().toISOString(),
          server_version: row?.version ?? 'unknown',
          migrations,
          tables,
        });
        return { schemaVersion: migrations.at(-1), tables: tables.map(({ name, rows }) => ({ name, rows })) };
      } finally {
        await runner.rollbackTransaction();
      }
    });
  }

  /**
   * Brings back what a backup holds: the schema at the version it was saved with, its rows, and then the migrations that came since. All of
   * it happens or nothing. Throws `InvalidBackup` when the files are not whole, and `RestoreRefused` when the schema holds
   * something, or the backup is of a newer release than this one.
   */
  async restore(directory: string, { replace = false }: RestoreOptions = {}): Promise<BackupReport> {
    const manifest = await readVerified(directory);
    const known = knownMigrations(this.dataSource);
    const unknown = manifest.migrations.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new RestoreRefused(
        `The backup is of a newer release: it has migration ${unknown.join(', ')}, which this one does not know.`,
        false,
      );
    }
    return withSchemaLock(this.dataSource, async (runner) => {
      await runner.startTransaction();
      try {
        const report = await this.load(runner, manifest, directory, replace);
        await runner.commitTransaction();
        return report;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
        throw error;
      }
    });
  }

  private async load(
    runner: QueryRunner,
    manifest: BackupManifest,
    directory: string,
    replace: boolean,
  ): Promise<BackupReport> {
    await runner.query(PORTABLE);
    if (!(await this.isReadyFor(runner, manifest, replace))) {
      await runner.query(`DROP SCHEMA IF EXISTS "${defaults.schema}" CASCADE`);
      await runner.query(`CREATE SCHEMA "${defaults.schema}"`);
    }
    const executor = new MigrationExecutor(this.dataSource, runner);
    for (const migration of await executor.getPendingMigrations()) {
      if (manifest.migrations.includes(migration.name)) await executor.executeMigration(migration);
    }
    const there = await tablesOf(runner);
    for (const saved of manifest.tables) {
      const table = there.find(({ name }) => name === saved.name);
      if (table === undefined) throw new InvalidBackup(`The schema has no table ${saved.name}.`);
      const rows = await loadRows(runner, table, saved.columns, join(directory, saved.file));
      if (rows !== saved.rows) throw new InvalidBackup(`${saved.file} has ${rows} rows instead of ${saved.rows}.`);
      await continueSequences(runner, table, saved.sequences);
    }
    executor.transaction = 'each';
    await executor.executePendingMigrations();
    return {
      schemaVersion: (await executedMigrations(this.dataSource, runner)).at(-1),
      tables: manifest.tables.map(({ name, rows }) => ({ name, rows })),
    };
  }

  /** Whether the rows can go into the schema as it is. */
  private async isReadyFor(runner: QueryRunner, manifest: BackupManifest, replace: boolean): Promise<boolean> {
    const filled: string[] = [];
    for (const { name } of await tablesOf(runner)) {
      const [row] = (await runner.query(`SELECT EXISTS (SELECT FROM ${quotedTable(name)}) AS filled`)) as {
        filled: boolean;
      }[];
      if (row?.filled) filled.push(name);
    }
    const executed = await executedMigrations(this.dataSource, runner);
    const isSameVersion = executed.join() === manifest.migrations.join();
    if (filled.length === 0 && isSameVersion) return true;
    if (replace || (filled.length === 0 && executed.length === 0)) return false;
    throw new RestoreRefused(
      filled.length > 0
        ? `The schema is not empty: there are rows in ${filled.join(', ')}.`
        : `The schema is of another version (${executed.at(-1)}) than the backup (${manifest.migrations.at(-1) ?? 'none'}).`,
      true,
    );
  }
}

/**
 * Level by level: Node's own `recursive` tries for ever where a system makes no folders and says so by ENOENT, as Linux does in /proc.
 */
async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    if (code === 'EEXIST') return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || (await isThere(parent))) throw error;
    await makeFolder(parent);
    await mkdir(directory, { mode: 0o700 });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function save(runner: QueryRunner, table: SchemaTable, directory: string): Promise<SavedTable> {
  const file = `${table.name}.ndjson.gz`;
  const { rows, sha256 } = await saveRows(runner, table, join(directory, file));
  const sequences: SavedSequence[] = [];
  for (const { name, sequence } of table.columns) {
    if (sequence === null) continue;
    // After the rows: sequences are not part of the snapshot, so this value is past every row of it.
    const [row] = (await runner.query(`SELECT last_value::text, is_called FROM ${sequence}`)) as {
      last_value: string;
      is_called: boolean;
    }[];
    if (row !== undefined) sequences.push({ column: name, ...row });
  }
  return { name: table.name, file, columns: table.columns.map(({ name }) => name), rows, sha256, sequences };
}

async function continueSequences(
  runner: QueryRunner,
  table: SchemaTable,
  saved: readonly SavedSequence[],
): Promise<void> {
  for (const { column, last_value, is_called } of saved) {
    const sequence = table.columns.find(({ name }) => name === column)?.sequence;
    if (sequence === undefined || sequence === null) continue;
    await runner.query('SELECT setval($1::regclass, $2::bigint, $3)', [sequence, last_value, is_called]);
  }
}
