import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Queries of people and files they were exported to. What is kept is how a query was asked for and how it stands, so that any replica can
 * go on with it; its rows stay on the SQL warehouse.
 */
export class CreateQueries1795478580000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.queries (
        query_id uuid PRIMARY KEY,
        user_id text NOT NULL,
        catalog_name text NOT NULL CHECK (length(catalog_name) BETWEEN 1 AND 255),
        schema_name text NOT NULL CHECK (length(schema_name) BETWEEN 1 AND 255),
        table_name text NOT NULL CHECK (length(table_name) BETWEEN 1 AND 255),
        request jsonb NOT NULL,
        warehouse_id text NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'INTERRUPTED')),
        step text NOT NULL CHECK (step IN ('columns', 'rows')),
        statement_id text CHECK (length(statement_id) <= 200),
        result_way text CHECK (length(result_way) <= 50),
        sql_statement text,
        parameters jsonb,
        columns jsonb,
        row_count bigint CHECK (row_count >= 0),
        chunk_count integer CHECK (chunk_count >= 0),
        truncated boolean NOT NULL DEFAULT false,
        error jsonb,
        cancel_requested boolean NOT NULL DEFAULT false,
        submitted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        claimed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        polled_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz(3),
        revision integer NOT NULL DEFAULT 1,
        CHECK ((finished_at IS NULL) = (status IN ('PENDING', 'RUNNING')))
      )`);
    await runner.query('CREATE INDEX queries_of_user ON lakescope.queries (user_id, submitted_at DESC, query_id DESC)');
    await runner.query(
      `CREATE INDEX queries_under_way ON lakescope.queries (user_id) WHERE status IN ('PENDING', 'RUNNING')`,
    );
    await runner.query(`
      CREATE TABLE lakescope.query_exports (
        export_id uuid PRIMARY KEY,
        query_id uuid NOT NULL REFERENCES lakescope.queries ON DELETE CASCADE,
        user_id text NOT NULL,
        format text NOT NULL CHECK (format IN ('csv', 'parquet', 'json')),
        path text NOT NULL CHECK (length(path) <= 4096),
        status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'INTERRUPTED')),
        rows_written bigint NOT NULL DEFAULT 0 CHECK (rows_written >= 0),
        row_count bigint CHECK (row_count >= 0),
        size_bytes bigint CHECK (size_bytes >= 0),
        truncated boolean NOT NULL DEFAULT false,
        error jsonb,
        cancel_requested boolean NOT NULL DEFAULT false,
        started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz(3),
        CHECK ((finished_at IS NULL) = (status IN ('PENDING', 'RUNNING'))),
        CHECK (status <> 'SUCCEEDED' OR (size_bytes IS NOT NULL AND row_count = rows_written))
      )`);
    await runner.query('CREATE INDEX query_exports_of_query ON lakescope.query_exports (query_id)');
    await runner.query('CREATE INDEX query_exports_of_user ON lakescope.query_exports (user_id, started_at)');
    await this.wall(runner, 'queries');
    await this.wall(runner, 'query_exports');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.query_exports, lakescope.queries');
  }

  /** People reach rows of their own, the system all. The settings are read in subqueries, once per statement instead of once per row. */
  private async wall(runner: QueryRunner, table: 'queries' | 'query_exports'): Promise<void> {
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
