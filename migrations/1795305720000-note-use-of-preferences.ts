import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When their owner last read or wrote a preference. Who only looks, day after day, writes nothing, and must not be taken for somebody who
 * has gone. What is there already counts as used now: nobody knows better.
 */
export class NoteUseOfPreferences1795305720000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE lakescope.user_preferences ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.user_preferences DROP COLUMN last_used_at');
  }
}
