import { setTimeout as delay } from 'node:timers/promises';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { defaults } from './defaults';
import type { LakebaseClient } from './lakebase-client';
import { SchemaIsNewer } from './persistence.errors';

/** Any number will do, as long as it is always this one and nobody else's: "lake" in ASCII, and a counter. */
const LOCK = [0x6c_61_6b_65, 1];

export interface MigrationReport {
  applied: readonly string[];
  /** Name of the last migration that is in the database now. */
  schemaVersion: string | undefined;
}

export interface RevertReport {
  /** Name of the migration that was taken back; undefined when none was applied. */
  reverted: string | undefined;
  /** Name of the last migration that is in the database now. */
  schemaVersion: string | undefined;
}

/** One migration: in the database, still to come, or of a newer release and unknown to this one. */
export interface MigrationState {
  name: string;
  state: 'applied' | 'pending' | 'unknown';
}

/** Brings the app's schema to the state this release needs. One replica works, the others wait for it. */
export class SchemaMigrator {
  constructor(private readonly dataSource: DataSource) {}

  async migrate(signal?: AbortSignal): Promise<MigrationReport> {
    return this.locked(signal, async (executor, runner) => {
      await this.refuseNewerSchema(runner);
      // Each in a transaction of its own: what is done is recorded, whatever happens to the next one.
      executor.transaction = 'each';
      const applied = await executor.executePendingMigrations();
      return {
        applied: applied.map(({ name }) => name),
        schemaVersion: (await executedMigrations(this.dataSource, runner)).at(-1),
      };
    });
  }

  /** Takes the last migration back, with the rows of what it made. Does nothing where none is applied. */
  async revertLast(signal?: AbortSignal): Promise<RevertReport> {
    return withSchemaLock(
      this.dataSource,
      async (runner) => {
        await this.refuseNewerSchema(runner);
        const reverted = (await executedMigrations(this.dataSource, runner)).at(-1);
        if (reverted === undefined) return { reverted, schemaVersion: undefined };
        const executor = new MigrationExecutor(this.dataSource, runner);
        executor.transaction = 'each';
        await executor.undoLastMigration();
        return { reverted, schemaVersion: (await executedMigrations(this.dataSource, runner)).at(-1) };
      },
      signal,
    );
  }

  /** Every migration there is, oldest first. Changes nothing, and waits for nobody. */
  async show(): Promise<readonly MigrationState[]> {
    const executed = await executedMigrations(this.dataSource);
    const known = knownMigrations(this.dataSource);
    return [
      ...known.map((name) => ({ name, state: executed.includes(name) ? ('applied' as const) : ('pending' as const) })),
      ...executed.filter((name) => !known.includes(name)).map((name) => ({ name, state: 'unknown' as const })),
    ];
  }

  private async locked<T>(
    signal: AbortSignal | undefined,
    work: (executor: MigrationExecutor, runner: QueryRunner) => Promise<T>,
  ): Promise<T> {
    return withSchemaLock(
      this.dataSource,
      async (runner) => {
        await runner.query(`CREATE SCHEMA IF NOT EXISTS "${defaults.schema}"`);
        return work(new MigrationExecutor(this.dataSource, runner), runner);
      },
      signal,
    );
  }

  private async refuseNewerSchema(runner: QueryRunner): Promise<void> {
    const known = knownMigrations(this.dataSource);
    const unknown = (await executedMigrations(this.dataSource, runner)).filter((name) => !known.includes(name));
    if (unknown.length > 0) throw new SchemaIsNewer(unknown);
  }
}

/** Runs what changes the schema as the only one, on one connection that may take its time; `unlock` lets the others in before the end. */
export async function withSchemaLock<T>(
  dataSource: DataSource,
  work: (runner: QueryRunner, unlock: () => Promise<void>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const client = (await runner.connect()) as LakebaseClient;
  try {
    await acquireLock(runner, signal);
    client.expectAnswersWithin(defaults.maintenanceTimeoutMs);
    await limits(runner, defaults.maintenanceTimeoutMs, defaults.migrationLockTimeoutMs);
    return await work(runner, async () => void (await runner.query('SELECT pg_advisory_unlock($1, $2)', LOCK)));
  } finally {
    client.expectAnswersWithin(0);
    // A session that is gone has let go of its lock already.
    await runner.query('SELECT pg_advisory_unlock($1, $2)', LOCK).catch(() => undefined);
    // Its settings are not for everybody.
    client.destroy();
    await runner.release();
  }
}

async function limits(runner: QueryRunner, statementMs: number, lockMs: number): Promise<void> {
  await runner.query(
    `SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $1, false)`,
    [String(statementMs), String(lockMs)],
  );
}

/** By asking again and again: a session that waits inside the server for the lock could not be stopped. */
async function acquireLock(runner: QueryRunner, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const [row] = (await runner.query('SELECT pg_try_advisory_lock($1, $2) AS locked', LOCK)) as { locked: boolean }[];
    if (row?.locked) return;
    await delay(defaults.migrationLockPollMs, undefined, { signal });
  }
}

/** Names of the migrations of this release, oldest first. */
export function knownMigrations(dataSource: DataSource): string[] {
  return dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
}

/**
 * Names of the migrations that are in the database, oldest first. Rejects when the role may not read them (SQLSTATE 42501): TypeORM's own
 * way to look takes a table that belongs to somebody else for none, and so every migration for pending.
 */
export async function executedMigrations(dataSource: DataSource, runner?: QueryRunner): Promise<string[]> {
  const connection = runner ?? dataSource;
  const table = `${defaults.schema}.${defaults.migrationsTable}`;
  const [found] = (await connection.query('SELECT to_regclass($1) IS NOT NULL AS there', [table])) as {
    there: boolean;
  }[];
  if (found?.there !== true) return [];
  const rows = (await connection.query(`SELECT name FROM ${table} ORDER BY "timestamp", id`)) as { name: string }[];
  return rows.map(({ name }) => name);
}
