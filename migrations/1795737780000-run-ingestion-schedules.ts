import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What running on a schedule needs to know besides: when the source was looked at last, and what has failed since the last good run. */
export class RunIngestionSchedules1795737780000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE lakescope.ingestion_schedules
        ADD COLUMN last_checked_at timestamptz(3),
        ADD COLUMN failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
        ADD COLUMN counted_job_id uuid`);
    await runner.query('CREATE INDEX ingestion_schedules_by_name ON lakescope.ingestion_schedules (name, schedule_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX lakescope.ingestion_schedules_by_name');
    await runner.query(`
      ALTER TABLE lakescope.ingestion_schedules
        DROP COLUMN last_checked_at, DROP COLUMN failures, DROP COLUMN counted_job_id`);
  }
}
