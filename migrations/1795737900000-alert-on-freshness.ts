import type { MigrationInterface, QueryRunner } from 'typeorm';

const CONDITIONS = ['error_rate', 'latency', 'volume', 'no_data'] as const;

/** Rules may also be about ingested tables: of one target, or of all. */
export class AlertOnFreshness1795737900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.alert_rules ADD COLUMN target text CHECK (length(target) <= 2048)');
    await this.allow(runner, [...CONDITIONS, 'freshness']);
    await runner.query(
      `CREATE INDEX ingestion_freshness_alarms ON lakescope.ingestion_freshness (alarm) WHERE alarm IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX lakescope.ingestion_freshness_alarms');
    await runner.query(`DELETE FROM lakescope.alert_rules WHERE condition = 'freshness'`);
    await this.allow(runner, CONDITIONS);
    await runner.query('ALTER TABLE lakescope.alert_rules DROP COLUMN target');
  }

  private async allow(runner: QueryRunner, conditions: readonly string[]): Promise<void> {
    const list = conditions.map((condition) => `'${condition}'`).join(', ');
    await runner.query(
      `ALTER TABLE lakescope.alert_rules
         DROP CONSTRAINT alert_rules_condition_check,
         ADD CONSTRAINT alert_rules_condition_check CHECK (condition IN (${list}))`,
    );
  }
}
