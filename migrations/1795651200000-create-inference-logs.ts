import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The longest payload of which nothing is cut off, in bytes. */
const WHOLE_BYTES = 65_536;

/**
 * What people asked models, and what the app found out about the models' inputs for them. Payloads are JSON text as it came, because jsonb
 * knows no NaN, no U+0000 and no half of a surrogate pair, all of which models answer with.
 */
export class CreateInferenceLogs1795651200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.model_inference_logs (
        request_id uuid PRIMARY KEY,
        user_id text NOT NULL,
        endpoint_name text NOT NULL CHECK (length(endpoint_name) <= 300),
        served_entity text CHECK (length(served_entity) <= 300),
        status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCESS', 'ERROR', 'TIMEOUT', 'INTERRUPTED')),
        inputs text CHECK (octet_length(inputs) <= ${WHOLE_BYTES}),
        inputs_truncated boolean NOT NULL DEFAULT false,
        predictions text CHECK (octet_length(predictions) <= ${WHOLE_BYTES}),
        predictions_truncated boolean NOT NULL DEFAULT false,
        whole_inputs text,
        whole_predictions text,
        execution_time_ms double precision CHECK (execution_time_ms >= 0),
        error_code text CHECK (length(error_code) <= 50),
        error_message text CHECK (length(error_message) <= 4096),
        tokens jsonb,
        is_async boolean NOT NULL DEFAULT false,
        in_history boolean NOT NULL DEFAULT true,
        correlation_id text NOT NULL CHECK (length(correlation_id) <= 64),
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        completed_at timestamptz(3),
        CHECK ((completed_at IS NULL) = (status IN ('PENDING', 'RUNNING'))),
        CHECK (is_async OR in_history),
        CHECK (is_async OR (whole_inputs IS NULL AND whole_predictions IS NULL))
      )`);
    const inTime = 'created_at DESC, request_id DESC';
    await runner.query(
      `CREATE INDEX model_inference_logs_by_time ON lakescope.model_inference_logs (user_id, ${inTime})`,
    );
    await runner.query(
      `CREATE INDEX model_inference_logs_by_endpoint ON lakescope.model_inference_logs (user_id, endpoint_name, ${inTime})`,
    );
    await runner.query(
      `CREATE INDEX model_inference_logs_by_status ON lakescope.model_inference_logs (user_id, status, ${inTime})`,
    );
    await runner.query(
      `CREATE INDEX model_inference_logs_under_way ON lakescope.model_inference_logs (user_id)
        WHERE status IN ('PENDING', 'RUNNING')`,
    );
    await runner.query('CREATE INDEX model_inference_logs_age ON lakescope.model_inference_logs (created_at)');
    // Of the few that are to be looked at again before they are old.
    await runner.query(
      `CREATE INDEX model_inference_logs_whole ON lakescope.model_inference_logs (completed_at)
        WHERE is_async AND (NOT in_history OR whole_inputs IS NOT NULL OR whole_predictions IS NOT NULL)`,
    );
    await runner.query(`
      CREATE TABLE lakescope.schema_detection_events (
        id uuid PRIMARY KEY,
        user_id text NOT NULL,
        endpoint_name text NOT NULL CHECK (length(endpoint_name) <= 300),
        detected_type text NOT NULL CHECK (detected_type IN ('FOUNDATION_MODEL', 'MLFLOW_MODEL', 'UNKNOWN')),
        status text NOT NULL CHECK (status IN ('SUCCESS', 'FAILURE', 'TIMEOUT', 'PERMISSION_DENIED')),
        source text CHECK (length(source) <= 50),
        latency_ms double precision NOT NULL CHECK (latency_ms >= 0),
        error_message text CHECK (length(error_message) <= 4096),
        correlation_id text NOT NULL CHECK (length(correlation_id) <= 64),
        detected_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(
      'CREATE INDEX schema_detection_events_of_user ON lakescope.schema_detection_events (user_id, detected_at)',
    );
    await runner.query('CREATE INDEX schema_detection_events_age ON lakescope.schema_detection_events (detected_at)');
    await this.wall(runner, 'model_inference_logs');
    await this.wall(runner, 'schema_detection_events');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.schema_detection_events, lakescope.model_inference_logs');
  }

  /** People reach rows of their own, the system all. The settings are read in subqueries, once per statement instead of once per row. */
  private async wall(runner: QueryRunner, table: 'model_inference_logs' | 'schema_detection_events'): Promise<void> {
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
