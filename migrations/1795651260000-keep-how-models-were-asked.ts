import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which model was asked for by name, and how long it was to be waited for: what is asked again is asked in the same way. */
export class KeepHowModelsWereAsked1795651260000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE lakescope.model_inference_logs
         ADD COLUMN asked_entity text CHECK (length(asked_entity) <= 300),
         ADD COLUMN timeout_seconds integer CHECK (timeout_seconds > 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE lakescope.model_inference_logs DROP COLUMN asked_entity, DROP COLUMN timeout_seconds',
    );
  }
}
