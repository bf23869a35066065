import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The processes that work on this database, for the admin page. A system table: it holds nothing about people, so it has no row-level security. */
export class CreateReplicas1795305660000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.replicas (
        id uuid PRIMARY KEY,
        version text NOT NULL,
        started_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.replicas');
  }
}
