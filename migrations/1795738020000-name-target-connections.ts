import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which connection a feed writes, so that its tables can be looked into from the board of freshness without searching through runs. */
export class NameTargetConnections1795738020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE lakescope.ingestion_feeds ADD COLUMN target_connection_id text CHECK (length(target_connection_id) <= 100)',
    );
    // The rows of all people: the wall lets the system pass, for this transaction.
    await runner.query(`SELECT set_config('lakescope.system', 'on', true)`);
    await runner.query(`
      UPDATE lakescope.ingestion_feeds feed SET target_connection_id = job.request -> 'target' ->> 'connection_id'
        FROM lakescope.ingestion_jobs job WHERE job.job_id = feed.last_job_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.ingestion_feeds DROP COLUMN target_connection_id');
  }
}
