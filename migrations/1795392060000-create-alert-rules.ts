import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rules on metrics, how they stand, and the messages about that which are on their way. System tables: who changed a rule is in the audit
 * log, so nothing here is about people. Where messages go, and what signs them, is sealed with the app's secret.
 */
export class CreateAlertRules1795392060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.alert_rules (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
        condition text NOT NULL CHECK (condition IN ('error_rate', 'latency', 'volume', 'no_data')),
        endpoint text CHECK (length(endpoint) <= 500),
        method text CHECK (length(method) <= 20),
        percentile smallint CHECK (percentile IN (50, 95, 99)),
        comparison text NOT NULL CHECK (comparison IN ('above', 'below')),
        threshold double precision CHECK (threshold >= 0 AND threshold < 'Infinity'),
        window_minutes smallint NOT NULL CHECK (window_minutes BETWEEN 1 AND 1440),
        hysteresis double precision NOT NULL CHECK (hysteresis BETWEEN 0 AND 0.9),
        for_minutes smallint NOT NULL CHECK (for_minutes BETWEEN 0 AND 60),
        enabled boolean NOT NULL,
        webhook_host text,
        webhook_sealed bytea,
        secret_sealed bytea,
        state text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'pending', 'firing', 'unknown')),
        state_since timestamptz(3) NOT NULL DEFAULT now(),
        last_value double precision,
        last_evaluated_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        revision integer NOT NULL DEFAULT 1
      )`);
    // What is to be sent is written down in the transaction of the change that it tells of, and so survives the process.
    await runner.query(`
      CREATE TABLE lakescope.alert_deliveries (
        id uuid PRIMARY KEY,
        rule_id uuid NOT NULL REFERENCES lakescope.alert_rules ON DELETE CASCADE,
        event text NOT NULL CHECK (event IN ('firing', 'resolved', 'test')),
        payload jsonb NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        attempts smallint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3) NOT NULL DEFAULT now(),
        delivered_at timestamptz(3),
        given_up_at timestamptz(3),
        error text CHECK (length(error) <= 500)
      )`);
    await runner.query(
      `CREATE INDEX alert_deliveries_due ON lakescope.alert_deliveries (next_attempt_at) WHERE delivered_at IS NULL AND given_up_at IS NULL`,
    );
    await runner.query('CREATE INDEX alert_deliveries_rule ON lakescope.alert_deliveries (rule_id, created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.alert_deliveries, lakescope.alert_rules');
  }
}
