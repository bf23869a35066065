import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who did what. The database itself keeps the table append-only: whoever writes SQL in the app's name can still only add entries, make
 * entries name nobody, and delete entries that are older than a year, the last two only as the system.
 *
 * Times have milliseconds, so that a page's cursor holds them exactly.
 */
export class CreateAuditLog1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        occurred_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        user_id text,
        acting_as text NOT NULL CHECK (acting_as IN ('user', 'app', 'system')),
        action text NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
        target text CHECK (length(target) <= 1000),
        outcome text NOT NULL CHECK (outcome IN ('success', 'failure')),
        error_code text CHECK (length(error_code) <= 100),
        duration_ms double precision CHECK (duration_ms >= 0 AND duration_ms < 'Infinity'),
        correlation_id text CHECK (length(correlation_id) <= 64),
        details jsonb NOT NULL DEFAULT '{}' CHECK (length(details::text) <= 8192)
      )`);
    await runner.query('CREATE INDEX audit_log_time ON lakescope.audit_log (occurred_at, id)');
    await runner.query('CREATE INDEX audit_log_user ON lakescope.audit_log (user_id, occurred_at, id)');
    await runner.query('CREATE INDEX audit_log_action ON lakescope.audit_log (action, occurred_at, id)');
    await this.wall(runner);
    await this.keepAppendOnly(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.audit_log');
    await runner.query('DROP FUNCTION lakescope.audit_log_refuse_statement()');
    await runner.query('DROP FUNCTION lakescope.audit_log_refuse_change()');
  }

  /**
   * People see and add entries of their own; only the system sees, and touches, all of them. The settings are read in subqueries: these
   * run once per statement instead of once per row, and the planner takes them for even odds. A bare comparison it takes for one row in
   * two hundred, and then sorts the whole table for each page instead of walking along the index.
   */
  private async wall(runner: QueryRunner): Promise<void> {
    const isOwner = `user_id = (SELECT current_setting('lakescope.user_id', true))`;
    const isSystem = `(SELECT current_setting('lakescope.system', true) = 'on')`;
    await runner.query('ALTER TABLE lakescope.audit_log ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE lakescope.audit_log FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY audit_log_reader ON lakescope.audit_log FOR SELECT USING (${isOwner})`);
    await runner.query(`CREATE POLICY audit_log_writer ON lakescope.audit_log FOR INSERT WITH CHECK (${isOwner})`);
    await runner.query(
      `CREATE POLICY audit_log_system ON lakescope.audit_log USING (${isSystem}) WITH CHECK (${isSystem})`,
    );
  }

  private async keepAppendOnly(runner: QueryRunner): Promise<void> {
    // Once per statement, because row-level security would make a person's UPDATE find no row, and so pass in silence.
    await runner.query(`
      CREATE FUNCTION lakescope.audit_log_refuse_statement() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'TRUNCATE' OR current_setting('lakescope.system', true) IS DISTINCT FROM 'on' THEN
          RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lakescope.audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION lakescope.audit_log_refuse_statement()`);
    // An entry that names nobody also loses the correlation id: the app's log names the person beside it.
    await runner.query(`
      CREATE FUNCTION lakescope.audit_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          IF OLD.occurred_at > now() - interval '365 days' THEN
            RAISE EXCEPTION 'audit_log keeps its entries for 365 days' USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN OLD;
        END IF;
        IF to_jsonb(NEW) - 'user_id' IS DISTINCT FROM to_jsonb(OLD) - 'user_id'
          OR OLD.user_id IS NULL OR OLD.user_id LIKE 'erased:%'
          OR (NEW.user_id IS NOT NULL AND NEW.user_id !~ '^erased:[0-9a-f]{32}$')
        THEN
          RAISE EXCEPTION 'entries of audit_log are never changed, only made to name nobody'
            USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.correlation_id := NULL;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_log_unchanged BEFORE UPDATE OR DELETE ON lakescope.audit_log
        FOR EACH ROW EXECUTE FUNCTION lakescope.audit_log_refuse_change()`);
  }
}
