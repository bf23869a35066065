import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES_OF_JOBS = [
  'ingestion_job_tables',
  'ingestion_job_folders',
  'ingestion_job_events',
  'ingestion_job_logs',
] as const;

const ACTIVE = `('pending', 'running', 'interrupted')`;

/**
 * Ingestion runs: the queue and what became of each run. A run is claimed by a lease in its own row; whoever writes about a run locks that
 * row first, so that the ids of its events and lines are in the order in which they can be seen.
 */
export class CreateIngestionJobs1795737600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.createSchedules(runner);
    await this.createJobs(runner);
    await this.createResults(runner);
    await this.createStreams(runner);
    await runner.query(`
      CREATE TABLE lakescope.ingestion_manifests (
        manifest_key text PRIMARY KEY CHECK (length(manifest_key) <= 100),
        etag text NOT NULL CHECK (length(etag) <= 500),
        noted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TABLE lakescope.ingestion_grants (
        connection_id uuid NOT NULL,
        user_id text NOT NULL,
        grantee text NOT NULL CHECK (length(grantee) BETWEEN 1 AND 300),
        granted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (connection_id, grantee)
      )`);
    await runner.query('CREATE INDEX ingestion_grants_to ON lakescope.ingestion_grants (grantee)');
    await runner.query('CREATE INDEX ingestion_grants_of ON lakescope.ingestion_grants (user_id)');
    for (const table of ['ingestion_jobs', 'ingestion_schedules', 'ingestion_grants', ...TABLES_OF_JOBS]) {
      await this.wall(runner, table);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      ...TABLES_OF_JOBS,
      'ingestion_jobs',
      'ingestion_schedules',
      'ingestion_manifests',
      'ingestion_grants',
    ];
    await runner.query(`DROP TABLE ${tables.map((table) => `lakescope.${table}`).join(', ')}`);
  }

  private async createSchedules(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.ingestion_schedules (
        schedule_id uuid PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        cron text NOT NULL CHECK (length(cron) <= 100),
        time_zone text NOT NULL CHECK (length(time_zone) <= 100),
        paused boolean NOT NULL DEFAULT false,
        request jsonb NOT NULL,
        next_run_at timestamptz(3),
        last_run_at timestamptz(3),
        last_job_id uuid,
        last_error text CHECK (length(last_error) <= 1000),
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        UNIQUE (user_id, name)
      )`);
    await runner.query(
      'CREATE INDEX ingestion_schedules_due ON lakescope.ingestion_schedules (next_run_at) WHERE NOT paused',
    );
  }

  private async createJobs(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.ingestion_jobs (
        job_id uuid PRIMARY KEY,
        user_id text NOT NULL,
        status text NOT NULL CHECK (status IN
          ('pending', 'running', 'completed', 'completed_with_errors', 'failed', 'cancelled', 'interrupted')),
        request jsonb NOT NULL,
        manifest_uri text NOT NULL CHECK (length(manifest_uri) <= 2048),
        target_uri text NOT NULL CHECK (length(target_uri) <= 2048),
        pair_key text NOT NULL CHECK (length(pair_key) <= 100),
        idempotency_key text CHECK (length(idempotency_key) <= 255),
        request_hash text NOT NULL CHECK (length(request_hash) <= 100),
        retry_of uuid REFERENCES lakescope.ingestion_jobs ON DELETE SET NULL,
        schedule_id uuid REFERENCES lakescope.ingestion_schedules ON DELETE SET NULL,
        correlation_id text NOT NULL CHECK (length(correlation_id) <= 64),
        attempts integer NOT NULL DEFAULT 0,
        lease uuid,
        cancel_requested_at timestamptz(3),
        manifest_unchanged boolean NOT NULL DEFAULT false,
        tables_total integer NOT NULL DEFAULT 0,
        tables_done integer NOT NULL DEFAULT 0,
        tables_failed integer NOT NULL DEFAULT 0,
        tables_skipped integer NOT NULL DEFAULT 0,
        folders_total integer NOT NULL DEFAULT 0,
        folders_done integer NOT NULL DEFAULT 0,
        folders_failed integer NOT NULL DEFAULT 0,
        folders_skipped integer NOT NULL DEFAULT 0,
        files bigint NOT NULL DEFAULT 0,
        row_count bigint NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        bytes_total bigint NOT NULL DEFAULT 0,
        active_ms bigint NOT NULL DEFAULT 0,
        warnings jsonb NOT NULL DEFAULT '[]',
        failure jsonb,
        log_lines integer NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        started_at timestamptz(3),
        seen_at timestamptz(3),
        ended_at timestamptz(3),
        UNIQUE (user_id, idempotency_key),
        CHECK ((lease IS NOT NULL) = (status = 'running')),
        CHECK ((ended_at IS NULL) = (status IN ${ACTIVE}))
      )`);
    const inTime = 'created_at DESC, job_id DESC';
    await runner.query(`CREATE INDEX ingestion_jobs_of_user ON lakescope.ingestion_jobs (user_id, ${inTime})`);
    await runner.query(`CREATE INDEX ingestion_jobs_by_time ON lakescope.ingestion_jobs (${inTime})`);
    await runner.query(`CREATE INDEX ingestion_jobs_by_status ON lakescope.ingestion_jobs (status, ${inTime})`);
    await runner.query(`CREATE INDEX ingestion_jobs_retries ON lakescope.ingestion_jobs (retry_of)`);
    await runner.query(`CREATE INDEX ingestion_jobs_of_schedule ON lakescope.ingestion_jobs (schedule_id)`);
    await runner.query(
      `CREATE INDEX ingestion_jobs_active ON lakescope.ingestion_jobs (created_at, job_id) WHERE status IN ${ACTIVE}`,
    );
    // The database itself holds them to one run at a time for each source and target.
    await runner.query(
      `CREATE UNIQUE INDEX ingestion_jobs_one_of_pair ON lakescope.ingestion_jobs (pair_key) WHERE status = 'running'`,
    );
  }

  private async createResults(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.ingestion_job_tables (
        job_id uuid NOT NULL REFERENCES lakescope.ingestion_jobs ON DELETE CASCADE,
        table_name text NOT NULL CHECK (length(table_name) <= 300),
        user_id text NOT NULL,
        status text NOT NULL CHECK (status IN
          ('running', 'completed', 'completed_with_errors', 'failed', 'cancelled', 'unchanged')),
        folders_total integer NOT NULL DEFAULT 0,
        folders_done integer NOT NULL DEFAULT 0,
        folders_failed integer NOT NULL DEFAULT 0,
        folders_skipped integer NOT NULL DEFAULT 0,
        files bigint NOT NULL DEFAULT 0,
        row_count bigint NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        bytes_total bigint NOT NULL DEFAULT 0,
        version_from bigint,
        version_to bigint,
        fence_ms bigint,
        watermark_ms bigint,
        watermarks jsonb NOT NULL DEFAULT '{}',
        schema_changes jsonb NOT NULL DEFAULT '[]',
        reconciliation text CHECK (reconciliation IN ('OK', 'MISMATCH', 'METRICS_MISSING')),
        warnings jsonb NOT NULL DEFAULT '[]',
        failure jsonb,
        duration_ms bigint,
        started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz(3),
        PRIMARY KEY (job_id, table_name)
      )`);
    await runner.query('CREATE INDEX ingestion_job_tables_of_user ON lakescope.ingestion_job_tables (user_id)');
    await runner.query(`
      CREATE TABLE lakescope.ingestion_job_folders (
        job_id uuid NOT NULL REFERENCES lakescope.ingestion_jobs ON DELETE CASCADE,
        table_name text NOT NULL CHECK (length(table_name) <= 300),
        fingerprint text NOT NULL CHECK (length(fingerprint) <= 300),
        folder_ms bigint NOT NULL,
        user_id text NOT NULL,
        status text NOT NULL CHECK (status IN ('done', 'skipped', 'failed')),
        version bigint,
        files bigint NOT NULL DEFAULT 0,
        row_count bigint NOT NULL DEFAULT 0,
        expected_rows bigint,
        bytes bigint NOT NULL DEFAULT 0,
        duration_ms bigint NOT NULL DEFAULT 0,
        reconciliation text CHECK (reconciliation IN ('OK', 'MISMATCH', 'METRICS_MISSING')),
        schema_changes jsonb NOT NULL DEFAULT '[]',
        warnings jsonb NOT NULL DEFAULT '[]',
        failure jsonb,
        recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (job_id, table_name, folder_ms, fingerprint)
      )`);
    await runner.query('CREATE INDEX ingestion_job_folders_of_user ON lakescope.ingestion_job_folders (user_id)');
  }

  private async createStreams(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.ingestion_job_events (
        event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        job_id uuid NOT NULL REFERENCES lakescope.ingestion_jobs ON DELETE CASCADE,
        user_id text NOT NULL,
        event text NOT NULL CHECK (length(event) <= 50),
        data jsonb NOT NULL,
        told_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TABLE lakescope.ingestion_job_logs (
        line_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        job_id uuid NOT NULL REFERENCES lakescope.ingestion_jobs ON DELETE CASCADE,
        user_id text NOT NULL,
        level text NOT NULL CHECK (level IN ('info', 'warn', 'error')),
        table_name text CHECK (length(table_name) <= 300),
        message text NOT NULL CHECK (length(message) <= 2000),
        details jsonb NOT NULL DEFAULT '{}',
        told_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      )`);
    for (const [table, id] of [
      ['ingestion_job_events', 'event_id'],
      ['ingestion_job_logs', 'line_id'],
    ] as const) {
      await runner.query(`CREATE INDEX ${table}_of_job ON lakescope.${table} (job_id, ${id})`);
      await runner.query(`CREATE INDEX ${table}_of_user ON lakescope.${table} (user_id)`);
      await runner.query(`CREATE INDEX ${table}_age ON lakescope.${table} (told_at)`);
    }
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
