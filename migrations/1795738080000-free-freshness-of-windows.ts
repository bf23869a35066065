import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules on freshness look at how tables stand now: they have no window. */
export class FreeFreshnessOfWindows1795738080000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.alert_rules ALTER COLUMN window_minutes DROP NOT NULL');
    await runner.query(`UPDATE lakescope.alert_rules SET window_minutes = NULL WHERE condition = 'freshness'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE lakescope.alert_rules SET window_minutes = 1 WHERE window_minutes IS NULL');
    await runner.query('ALTER TABLE lakescope.alert_rules ALTER COLUMN window_minutes SET NOT NULL');
  }
}
