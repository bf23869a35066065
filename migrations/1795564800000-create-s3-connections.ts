import type { MigrationInterface, QueryRunner } from 'typeorm';

/** S3 connections of people. Their keys are sealed with the app's secret before they come here. */
export class CreateS3Connections1795564800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.s3_connections (
        id uuid PRIMARY KEY,
        user_id text NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        endpoint text CHECK (length(endpoint) <= 300),
        region text NOT NULL CHECK (length(region) <= 40),
        path_style boolean NOT NULL,
        bucket text CHECK (length(bucket) <= 63),
        prefix text CHECK (length(prefix) <= 1024),
        role_arn text CHECK (length(role_arn) <= 2048),
        external_id text CHECK (length(external_id) <= 1224),
        key_hint text NOT NULL CHECK (length(key_hint) <= 10),
        temporary boolean NOT NULL,
        sealed_keys bytea NOT NULL,
        version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3) NOT NULL DEFAULT now(),
        UNIQUE (user_id, name),
        CHECK (external_id IS NULL OR role_arn IS NOT NULL)
      )`);
    await runner.query('ALTER TABLE lakescope.s3_connections ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE lakescope.s3_connections FORCE ROW LEVEL SECURITY');
    await runner.query(`
      CREATE POLICY s3_connections_owner ON lakescope.s3_connections
        USING (user_id = (SELECT current_setting('lakescope.user_id', true)))
        WITH CHECK (user_id = (SELECT current_setting('lakescope.user_id', true)))`);
    await runner.query(`
      CREATE POLICY s3_connections_system ON lakescope.s3_connections
        USING ((SELECT current_setting('lakescope.system', true) = 'on'))
        WITH CHECK ((SELECT current_setting('lakescope.system', true) = 'on'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.s3_connections');
  }
}
