import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['ingestion_freshness', 'ingestion_feeds', 'ingestion_thresholds'] as const;

/**
 * How far ingested tables lie behind their sources, as it stands now: kept apart from the jobs, which go with time. A feed is one source
 * that somebody ingests into one target; its tables say what is ingested and what the manifest says is written.
 */
export class KeepFreshness1795737840000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.ingestion_feeds (
        user_id text NOT NULL,
        pair_key text NOT NULL CHECK (length(pair_key) <= 100),
        manifest_uri text NOT NULL CHECK (length(manifest_uri) <= 2048),
        target_uri text NOT NULL CHECK (length(target_uri) <= 2048),
        source_connection_id text NOT NULL CHECK (length(source_connection_id) <= 100),
        enforce_fence boolean NOT NULL DEFAULT true,
        last_job_id uuid REFERENCES lakescope.ingestion_jobs ON DELETE SET NULL,
        schedule_id uuid REFERENCES lakescope.ingestion_schedules ON DELETE SET NULL,
        checked_at timestamptz(3),
        failure jsonb,
        failed_at timestamptz(3),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (user_id, pair_key),
        CHECK ((failure IS NULL) = (failed_at IS NULL))
      )`);
    await runner.query('CREATE INDEX ingestion_feeds_of_job ON lakescope.ingestion_feeds (last_job_id)');
    await runner.query('CREATE INDEX ingestion_feeds_of_schedule ON lakescope.ingestion_feeds (schedule_id)');
    await runner.query(`
      CREATE TABLE lakescope.ingestion_freshness (
        user_id text NOT NULL,
        pair_key text NOT NULL,
        table_name text NOT NULL CHECK (length(table_name) <= 300),
        watermark_ms bigint,
        fence_ms bigint,
        manifest_etag text CHECK (length(manifest_etag) <= 500),
        checked_at timestamptz(3),
        failure jsonb,
        finding jsonb,
        last_job_id uuid REFERENCES lakescope.ingestion_jobs ON DELETE SET NULL,
        alarm text CHECK (alarm IN ('late', 'blocked')),
        alarm_since timestamptz(3),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (user_id, pair_key, table_name),
        FOREIGN KEY (user_id, pair_key) REFERENCES lakescope.ingestion_feeds ON DELETE CASCADE,
        CHECK ((alarm IS NULL) = (alarm_since IS NULL))
      )`);
    await runner.query('CREATE INDEX ingestion_freshness_of_job ON lakescope.ingestion_freshness (last_job_id)');
    // The empty name is the default of a target.
    await runner.query(`
      CREATE TABLE lakescope.ingestion_thresholds (
        user_id text NOT NULL,
        target_uri text NOT NULL CHECK (length(target_uri) <= 2048),
        table_name text NOT NULL DEFAULT '' CHECK (length(table_name) <= 300),
        minutes integer NOT NULL CHECK (minutes BETWEEN 1 AND 525600),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (user_id, target_uri, table_name)
      )`);
    for (const table of TABLES) await this.wall(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.map((table) => `lakescope.${table}`).join(', ')}`);
  }

  /** People reach rows of their own, the system all. The settings are read in subqueries, once per statement instead of once per row. */
  private async wall(runner: QueryRunner, table: string): Promise<void> {
    const isOwner = `user_id = (SELECT current_setting('lakescope.user_id', true))`;
    const isSystem = `(SELECT current_setting('lakescope.system', true) = 'on')`;
    await runner.query(`ALTER TABLE lakescope.${table} ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE lakescope.${table} FORCE ROW LEVEL SECURITY`);
    await runner.query(`CREATE POLICY ${table}_owner ON lakescope.${table} USING (${isOwner}) WITH CHECK (${isOwner})`);
    await runner.query(
      `CREATE POLICY ${table}_system ON lakescope.${table} USING (${isSystem}) WITH CHECK (${isSystem})`,
    );
  }
}
