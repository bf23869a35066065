import type { MigrationInterface, QueryRunner } from 'typeorm';

const ERASED = `'^erased:[0-9a-f]{32}$'`;
const REFUSAL = `RAISE EXCEPTION 'entries of audit_log are never changed, only made to name nobody'
            USING ERRCODE = 'insufficient_privilege';`;

/**
 * Who was granted something stands in the details of an entry that is somebody else's. When that person's data is erased, the entry stays, and
 * the pseudonym stands in place of their name there as well. Nothing else of an entry can be changed, as before.
 */
export class LetGranteesBeForgotten1795738140000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.refuse(
      runner,
      `
        IF to_jsonb(NEW) - 'details' = to_jsonb(OLD) - 'details'
            AND NEW.details - 'grantee' = OLD.details - 'grantee'
            AND OLD.details ->> 'grantee' !~ ${ERASED} AND NEW.details ->> 'grantee' ~ ${ERASED}
         THEN
           NEW.correlation_id := NULL;
           RETURN NEW;
         END IF;`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.refuse(runner, '');
  }

  private async refuse(runner: QueryRunner, unless: string): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION lakescope.audit_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          IF OLD.occurred_at > now() - interval '365 days' THEN
            RAISE EXCEPTION 'audit_log keeps its entries for 365 days' USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN OLD;
        END IF;${unless}
        IF to_jsonb(NEW) - 'user_id' IS DISTINCT FROM to_jsonb(OLD) - 'user_id'
          OR OLD.user_id IS NULL OR OLD.user_id LIKE 'erased:%'
          OR (NEW.user_id IS NOT NULL AND NEW.user_id !~ ${ERASED})
        THEN
          ${REFUSAL}
        END IF;
        NEW.correlation_id := NULL;
        RETURN NEW;
      END $$`);
  }
}
