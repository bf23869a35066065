import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a connection was granted for goes with the connection. */
export class EndGrantsWithConnections1795737960000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The rows of all people: the wall lets the system pass, for this transaction.
    await runner.query(`SELECT set_config('lakescope.system', 'on', true)`);
    await runner.query(`
      DELETE FROM lakescope.ingestion_grants g
       WHERE NOT EXISTS (SELECT FROM lakescope.s3_connections c WHERE c.id = g.connection_id)`);
    await runner.query(`
      ALTER TABLE lakescope.ingestion_grants ADD CONSTRAINT ingestion_grants_connection
        FOREIGN KEY (connection_id) REFERENCES lakescope.s3_connections (id) ON DELETE CASCADE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.ingestion_grants DROP CONSTRAINT ingestion_grants_connection');
  }
}
