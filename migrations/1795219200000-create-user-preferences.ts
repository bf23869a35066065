import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Preferences per user. The app owns the table, and owners pass row-level security by unless it is forced; a transaction that
 * names neither a user nor the system sees nothing.
 */
export class CreateUserPreferences1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.user_preferences (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id text NOT NULL,
        preference_key text NOT NULL,
        preference_value jsonb NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT user_preferences_user_key UNIQUE (user_id, preference_key)
      )`);
    await runner.query('ALTER TABLE lakescope.user_preferences ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE lakescope.user_preferences FORCE ROW LEVEL SECURITY');
    await runner.query(`
      CREATE POLICY user_preferences_owner ON lakescope.user_preferences
        USING (user_id = current_setting('lakescope.user_id', true))
        WITH CHECK (user_id = current_setting('lakescope.user_id', true))`);
    await runner.query(`
      CREATE POLICY user_preferences_system ON lakescope.user_preferences
        USING (current_setting('lakescope.system', true) = 'on')
        WITH CHECK (current_setting('lakescope.system', true) = 'on')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.user_preferences');
  }
}
