import { randomUUID } from 'node:crypto';
import type { RunStatement } from '@lakescope/server-persistence';

export type AlertEvent = 'firing' | 'resolved' | 'test';

/** A message about a rule, and what became of it. */
export interface AlertDelivery {
  readonly id: string;
  readonly ruleId: string;
  readonly event: AlertEvent;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly deliveredAt: Date | null;
  readonly givenUpAt: Date | null;
  readonly error: string | null;
}

/** A message that is due, with what it needs to be sent. */
export interface DueDelivery extends Pick<AlertDelivery, 'id' | 'ruleId' | 'event' | 'payload' | 'attempts'> {
  readonly webhookSealed: Buffer | null;
  readonly secretSealed: Buffer | null;
}

/** Waits before the second attempt and those after it; then it is given up. */
const RETRY_SECONDS = [5, 30, 120, 600, 3_600];
/** A replica that took a message and ended leaves it to the others after so long. */
const LEASE_SECONDS = 60;
const KEPT_DAYS = 30;
const COLUMNS = `id, rule_id AS "ruleId", event, payload, created_at AS "createdAt", attempts, delivered_at AS "deliveredAt",
  given_up_at AS "givenUpAt", error`;

/** Writes a message down: it is sent after the transaction, and again until it has arrived. Answers its id. */
export async function noteDelivery(
  run: RunStatement,
  { ruleId, event, payload }: Pick<AlertDelivery, 'ruleId' | 'event' | 'payload'>,
): Promise<string> {
  const id = randomUUID();
  await run('INSERT INTO alert_deliveries (id, rule_id, event, payload) VALUES ($1, $2, $3, $4)', [
    id,
    ruleId,
    event,
    JSON.stringify(payload),
  ]);
  return id;
}

/** Takes messages that are due, oldest first; nobody else takes them for a minute. */
export function takeDue(run: RunStatement, most: number, id?: string): Promise<DueDelivery[]> {
  return run<DueDelivery>(
    `WITH due AS (
       SELECT id FROM alert_deliveries
       WHERE delivered_at IS NULL AND given_up_at IS NULL AND next_attempt_at <= now() AND ($3::uuid IS NULL OR id = $3)
       ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
     )
     UPDATE alert_deliveries AS delivery
     SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
     FROM due, alert_rules AS rule
     WHERE delivery.id = due.id AND rule.id = delivery.rule_id
     RETURNING delivery.id, delivery.rule_id AS "ruleId", delivery.event, delivery.payload, delivery.attempts,
               rule.webhook_sealed AS "webhookSealed", rule.secret_sealed AS "secretSealed"`,
    [most, LEASE_SECONDS, id ?? null],
  );
}

export async function noteArrival(run: RunStatement, id: string): Promise<void> {
  await run('UPDATE alert_deliveries SET delivered_at = now(), error = NULL WHERE id = $1', [id]);
}

/** `hopeless`: trying again would not help. Tests and the last attempt are not tried again either. */
export async function noteFailure(
  run: RunStatement,
  { id, attempts, event }: Pick<DueDelivery, 'id' | 'attempts' | 'event'>,
  error: string,
  hopeless: boolean,
): Promise<void> {
  const wait = hopeless || event === 'test' ? undefined : RETRY_SECONDS[attempts - 1];
  await run(
    `UPDATE alert_deliveries SET error = left($2, 500), given_up_at = CASE WHEN $3::float8 IS NULL THEN now() END,
       next_attempt_at = now() + make_interval(secs => coalesce($3::float8, 0))
     WHERE id = $1`,
    [id, error, wait ?? null],
  );
}

/** The latest message of each of the rules. */
export function lastDeliveries(run: RunStatement, ruleIds: readonly string[]): Promise<AlertDelivery[]> {
  return run<AlertDelivery>(
    `SELECT DISTINCT ON (rule_id) ${COLUMNS} FROM alert_deliveries WHERE rule_id = ANY ($1::uuid[])
     ORDER BY rule_id, created_at DESC, id`,
    [ruleIds],
  );
}

export async function deliveryById(run: RunStatement, id: string): Promise<AlertDelivery | undefined> {
  const [found] = await run<AlertDelivery>(`SELECT ${COLUMNS} FROM alert_deliveries WHERE id = $1`, [id]);
  return found;
}

/** When the next message is due; undefined when none waits. */
export async function nextDue(run: RunStatement): Promise<Date | undefined> {
  const [row] = await run<{ due: Date | null }>(
    'SELECT min(next_attempt_at) AS due FROM alert_deliveries WHERE delivered_at IS NULL AND given_up_at IS NULL',
  );
  return row?.due ?? undefined;
}

export async function forgetOldDeliveries(run: RunStatement): Promise<void> {
  await run(
    `DELETE FROM alert_deliveries WHERE (delivered_at IS NOT NULL OR given_up_at IS NOT NULL)
       AND created_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS],
  );
}
