import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATUSES = ['PENDING', 'RUNNING', 'SUCCESS', 'ERROR', 'TIMEOUT', 'INTERRUPTED'] as const;

/** Who waits for a model that answers later may stop waiting: CANCELED is an end as well. */
export class LetInvocationsBeCanceled1795737660000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return this.allow(runner, [...STATUSES, 'CANCELED']);
  }

  async down(runner: QueryRunner): Promise<void> {
    // The rows of all people: the wall lets the system pass, for this transaction.
    await runner.query(`SELECT set_config('lakescope.system', 'on', true)`);
    await runner.query(`UPDATE lakescope.model_inference_logs SET status = 'INTERRUPTED' WHERE status = 'CANCELED'`);
    await this.allow(runner, STATUSES);
  }

  private async allow(runner: QueryRunner, statuses: readonly string[]): Promise<void> {
    const list = statuses.map((status) => `'${status}'`).join(', ');
    await runner.query(
      `ALTER TABLE lakescope.model_inference_logs
         DROP CONSTRAINT model_inference_logs_status_check,
         ADD CONSTRAINT model_inference_logs_status_check CHECK (status IN (${list}))`,
    );
  }
}
