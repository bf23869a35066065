import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Raw metrics of some days, what is worked out from them for a quarter of a year, and the books that say that nothing was lost.
 *
 * Raw tables are partitioned by UTC day; the partitions of days are made by the running app, the DEFAULT partition catches what none of
 * them takes, which is an alarm. Nothing but the statement that writes the rows is paid per row: no index but a BRIN, no sequence lookup.
 */
export class CreateMetrics1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.raw(runner);
    await this.tiers(runner);
    await this.books(runner);
    for (const table of ['performance_metrics', 'usage_events', 'metric_users']) await wall(runner, table);
    for (const table of ['performance_metrics', 'usage_events']) await closeToPeople(runner, `${table}_default`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW lakescope.aggregated_metrics_hourly');
    await runner.query(`
      DROP TABLE lakescope.performance_metrics, lakescope.usage_events, lakescope.aggregated_metrics, lakescope.metric_users,
        lakescope.metrics_ingest_log, lakescope.metrics_dirty, lakescope.metrics_rollup_lease`);
  }

  private async raw(runner: QueryRunner): Promise<void> {
    // The time is when the request began, by the server's clock. There is no id: nothing looks for a row by one, and a ninth column would
    // make the header of every row 8 bytes longer besides its own 8.
    await runner.query(`
      CREATE TABLE lakescope.performance_metrics (
        "timestamp" timestamptz(3) NOT NULL,
        response_time_ms real NOT NULL CHECK (response_time_ms >= 0 AND response_time_ms < 'Infinity'),
        status_code smallint NOT NULL,
        endpoint text NOT NULL,
        method text NOT NULL,
        user_id text,
        error_type text,
        correlation_id text
      ) PARTITION BY RANGE ("timestamp")`);
    await this.indexTime(runner, 'performance_metrics');
    await runner.query(
      'CREATE TABLE lakescope.performance_metrics_default PARTITION OF lakescope.performance_metrics DEFAULT',
    );
    // The time is the one inside the id (UUIDv7), so that an event sent twice meets itself. Ids are each person's own.
    await runner.query(`
      CREATE TABLE lakescope.usage_events (
        event_id uuid NOT NULL,
        "timestamp" timestamptz(3) NOT NULL,
        user_id text NOT NULL,
        received_at timestamptz(3) NOT NULL DEFAULT now(),
        event_type text NOT NULL CHECK (length(event_type) BETWEEN 1 AND 50),
        page_name text CHECK (length(page_name) <= 200),
        element_id text CHECK (length(element_id) <= 100),
        success boolean,
        metadata jsonb CHECK (length(metadata::text) <= 4096),
        PRIMARY KEY (event_id, user_id, "timestamp")
      ) PARTITION BY RANGE ("timestamp")`);
    await runner.query(`CREATE INDEX usage_events_user ON lakescope.usage_events (user_id, "timestamp")`);
    await this.indexTime(runner, 'usage_events');
    await runner.query('CREATE TABLE lakescope.usage_events_default PARTITION OF lakescope.usage_events DEFAULT');
  }

  /** Small enough to cost nothing, and kept up to the page that was filled last: what is not summarised is read whole each time. */
  private async indexTime(runner: QueryRunner, table: string): Promise<void> {
    await runner.query(
      `CREATE INDEX ${table}_time ON lakescope.${table} USING brin ("timestamp") WITH (pages_per_range = 32, autosummarize = on)`,
    );
  }

  private async tiers(runner: QueryRunner): Promise<void> {
    // Key columns hold '' and the nil UUID instead of NULL; the key does without the metric type, which the event type tells as well.
    // `source` is nil where a row was worked out from raw rows, and the boot of a replica where that replica had to fold samples it could
    // not store. The widest columns come first, because Postgres aligns each: in the key's order a row has 10 bytes of nothing in it.
    await runner.query(`
      CREATE TABLE lakescope.aggregated_metrics (
        time_bucket timestamptz(0) NOT NULL,
        sample_count bigint NOT NULL CHECK (sample_count >= 0),
        error_count bigint NOT NULL DEFAULT 0,
        success_count bigint NOT NULL DEFAULT 0,
        sum_ms double precision,
        min_ms real,
        max_ms real,
        unique_users integer,
        granularity_min smallint NOT NULL CHECK (granularity_min IN (5, 60, 1440)),
        hist_scale smallint,
        source uuid NOT NULL,
        metric_type text NOT NULL CHECK (metric_type IN ('performance', 'usage')),
        endpoint_path text NOT NULL,
        method text NOT NULL,
        event_type text NOT NULL,
        hist bytea,
        aggregated_values jsonb,
        PRIMARY KEY (granularity_min, time_bucket, endpoint_path, method, event_type, source),
        CHECK ((metric_type = 'performance') = (event_type = ''))
      )`);
    await runner.query(`
      CREATE VIEW lakescope.aggregated_metrics_hourly WITH (security_invoker = true) AS
      SELECT time_bucket AS hour, endpoint_path AS endpoint, method, sample_count AS request_count, error_count,
             sum_ms / NULLIF(sample_count, 0) AS avg_response_time_ms, min_ms, max_ms,
             (aggregated_values ->> 'p50')::real AS p50_response_time_ms,
             (aggregated_values ->> 'p95')::real AS p95_response_time_ms,
             (aggregated_values ->> 'p99')::real AS p99_response_time_ms
      FROM lakescope.aggregated_metrics
      WHERE granularity_min = 60 AND metric_type = 'performance'`);
    await runner.query(`
      CREATE TABLE lakescope.metric_users (
        granularity_min smallint NOT NULL CHECK (granularity_min IN (60, 1440)),
        time_bucket timestamptz(0) NOT NULL,
        user_id text NOT NULL,
        requests integer NOT NULL DEFAULT 0,
        events integer NOT NULL DEFAULT 0,
        PRIMARY KEY (granularity_min, time_bucket, user_id)
      )`);
  }

  private async books(runner: QueryRunner): Promise<void> {
    // One entry per statement that added (rows > 0) or took away (rows < 0) raw rows: the sum is what is there. `observed`, `written`,
    // `overflow` and `dropped` are running totals of the boot; `closed` says that nothing of it is on its way.
    await runner.query(`
      CREATE TABLE lakescope.metrics_ingest_log (
        boot_id uuid NOT NULL,
        seq bigint NOT NULL,
        kind text NOT NULL CHECK (kind IN ('performance', 'usage')),
        entry text NOT NULL CHECK (entry IN ('flush', 'events', 'erase', 'expire', 'day')),
        rows bigint NOT NULL,
        observed bigint NOT NULL DEFAULT 0,
        written bigint NOT NULL DEFAULT 0,
        overflow bigint NOT NULL DEFAULT 0,
        dropped jsonb NOT NULL DEFAULT '{}',
        closed boolean NOT NULL DEFAULT false,
        committed_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (boot_id, seq)
      )`);
    await runner.query('CREATE INDEX metrics_ingest_log_time ON lakescope.metrics_ingest_log (committed_at)');
    // Append-only: a bucket that is already marked gets another mark, because one mark for two writers would be taken away by the
    // roll-up that saw only the first of them.
    await runner.query(`
      CREATE TABLE lakescope.metrics_dirty (
        kind text NOT NULL CHECK (kind IN ('performance', 'usage')),
        bucket timestamptz(0) NOT NULL,
        boot_id uuid NOT NULL,
        seq bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX metrics_dirty_bucket ON lakescope.metrics_dirty (bucket)');
    await runner.query('CREATE TABLE lakescope.metrics_rollup_lease (held boolean)');
  }
}

/** People reach rows of the default partition through its parent, by the parent's policies; the system looks after it directly. */
async function closeToPeople(runner: QueryRunner, partition: string): Promise<void> {
  const isSystem = `(SELECT current_setting('lakescope.system', true) = 'on')`;
  await runner.query(`ALTER TABLE lakescope.${partition} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE lakescope.${partition} FORCE ROW LEVEL SECURITY`);
  await runner.query(
    `CREATE POLICY ${partition}_system ON lakescope.${partition} USING (${isSystem}) WITH CHECK (${isSystem})`,
  );
}

/** People see and write rows of their own, the system all of them. The settings are read in subqueries: once per statement, not per row. */
async function wall(runner: QueryRunner, table: string): Promise<void> {
  const isOwner = `user_id = (SELECT current_setting('lakescope.user_id', true))`;
  const isSystem = `(SELECT current_setting('lakescope.system', true) = 'on')`;
  await runner.query(`ALTER TABLE lakescope.${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE lakescope.${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(`CREATE POLICY ${table}_owner ON lakescope.${table} USING (${isOwner}) WITH CHECK (${isOwner})`);
  await runner.query(
    `CREATE POLICY ${table}_system ON lakescope.${table} USING (${isSystem}) WITH CHECK (${isSystem})`,
  );
}
