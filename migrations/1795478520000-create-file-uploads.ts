import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Uploads in parts, so that any replica goes on with them, walled like everything that belongs to one person. Claims on files hold nothing
 * about people, not even the file's name.
 */
export class CreateFileUploads1795478520000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.file_uploads (
        id uuid PRIMARY KEY,
        user_id text NOT NULL,
        path text NOT NULL,
        size_bytes bigint NOT NULL CHECK (size_bytes > 0),
        part_size_bytes integer NOT NULL CHECK (part_size_bytes > 0),
        overwrite boolean NOT NULL,
        if_match text,
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'complete')),
        completing_since timestamptz,
        etags jsonb NOT NULL DEFAULT '{}',
        sealed_token bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CHECK ((status = 'complete') = (sealed_token IS NULL))
      )`);
    await runner.query('CREATE INDEX file_uploads_user ON lakescope.file_uploads (user_id, expires_at)');
    await runner.query('ALTER TABLE lakescope.file_uploads ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE lakescope.file_uploads FORCE ROW LEVEL SECURITY');
    await runner.query(`
      CREATE POLICY file_uploads_owner ON lakescope.file_uploads
        USING (user_id = current_setting('lakescope.user_id', true))
        WITH CHECK (user_id = current_setting('lakescope.user_id', true))`);
    await runner.query(`
      CREATE POLICY file_uploads_system ON lakescope.file_uploads
        USING (current_setting('lakescope.system', true) = 'on')
        WITH CHECK (current_setting('lakescope.system', true) = 'on')`);
    await runner.query(`
      CREATE TABLE lakescope.file_write_claims (
        place bytea PRIMARY KEY,
        claim uuid NOT NULL,
        held_until timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.file_write_claims');
    await runner.query('DROP TABLE lakescope.file_uploads');
  }
}
