import { setTimeout as delay } from 'node:timers/promises';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { defaults } from './defaults';
import { SchemaIsNewer } from './persistence.errors';

/** Any number will do, as long as it is always this one and nobody else's: "lake" in ASCII, and a counter. */
const LOCK = [0x6c_61_6b_65, 1];

export interface MigrationReport {
  applied: readonly string[];
  /** Name of the last migration that is in the database now. */
  schemaVersion: string | undefined;
}

/** Brings the app's schema to the state this release needs. One replica works, the others wait for it. */
export class SchemaMigrator {
  constructor(private readonly dataSource: DataSource) {}

  async migrate(signal?: AbortSignal): Promise<MigrationReport> {
    return this.locked(signal, async (executor) => {
      await this.refuseNewerSchema(executor);
      // Each in a transaction of its own: what is done is recorded, whatever happens to the next one.
      executor.transaction = 'each';
      const applied = await executor.executePendingMigrations();
      return { applied: applied.map(({ name }) => name), schemaVersion: await latest(executor) };
    });
  }

  /** Takes the last migration back. */
  async revertLast(signal?: AbortSignal): Promise<MigrationReport> {
    return this.locked(signal, async (executor) => {
      await this.refuseNewerSchema(executor);
      executor.transaction = 'each';
      await executor.undoLastMigration();
      return { applied: [], schemaVersion: await latest(executor) };
    });
  }

  private async locked<T>(
    signal: AbortSignal | undefined,
    work: (executor: MigrationExecutor) => Promise<T>,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await acquireLock(runner, signal);
      try {
        await runner.query(`CREATE SCHEMA IF NOT EXISTS "${defaults.schema}"`);
        return await work(new MigrationExecutor(this.dataSource, runner));
      } finally {
        // A session that is gone has let go of its lock already.
        await runner.query('SELECT pg_advisory_unlock($1, $2)', LOCK).catch(() => undefined);
      }
    } finally {
      await runner.release();
    }
  }

  private async refuseNewerSchema(executor: MigrationExecutor): Promise<void> {
    const known = new Set(this.dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
    const unknown = (await executor.getExecutedMigrations()).map(({ name }) => name).filter((name) => !known.has(name));
    if (unknown.length > 0) throw new SchemaIsNewer(unknown);
  }
}

/** By asking again and again: a session that waits inside the server for the lock could not be stopped. */
async function acquireLock(runner: QueryRunner, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const [row] = (await runner.query('SELECT pg_try_advisory_lock($1, $2) AS locked', LOCK)) as { locked: boolean }[];
    if (row?.locked) return;
    await delay(defaults.migrationLockPollMs, undefined, { signal });
  }
}

async function latest(executor: MigrationExecutor): Promise<string | undefined> {
  const executed = await executor.getExecutedMigrations();
  return executed.reduce<(typeof executed)[number] | undefined>(
    (last, migration) => (last === undefined || migration.timestamp > last.timestamp ? migration : last),
    undefined,
  )?.name;
}
