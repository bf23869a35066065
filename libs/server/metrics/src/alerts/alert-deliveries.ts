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

const KEPT_DAYS = 30;
const COLUMNS = `id, rule_id AS "ruleId", event, payload, created_at AS "createdAt", attempts, delivered_at AS "deliveredAt",
  given_up_at AS "givenUpAt", error`;

/** Messages that can be sent when their time comes: those of one rule come one after the other, or what is over would seem to begin. */
const WAITING = `delivered_at IS NULL AND given_up_at IS NULL AND NOT EXISTS (
  SELECT FROM alert_deliveries AS earlier
  WHERE earlier.rule_id = waiting.rule_id AND earlier.created_at < waiting.created_at AND earlier.event <> 'test'
    AND earlier.delivered_at IS NULL AND earlier.given_up_at IS NULL)`;

type NewDelivery = Pick<AlertDelivery, 'ruleId' | 'event' | 'payload'>;

/** Writes a message down: it is sent after the transaction, and again until it has arrived. */
export async function noteDelivery(run: RunStatement, { ruleId, event, payload }: NewDelivery): Promise<void> {
  await run('INSERT INTO alert_deliveries (id, rule_id, event, payload) VALUES ($1, $2, $3, $4)', [
    randomUUID(),
    ruleId,
    event,
    JSON.stringify(payload),
  ]);
}

/** Writes a message down and takes it in one, so that nobody else sends it; undefined when the rule is gone. */
export async function noteAndTake(
  run: RunStatement,
  { ruleId, event, payload }: NewDelivery,
  leaseSeconds: number,
): Promise<DueDelivery | undefined> {
  const [taken] = await run<DueDelivery>(
    `WITH rule AS (SELECT id, webhook_sealed, secret_sealed FROM alert_rules WHERE id = $2 FOR KEY SHARE),
     noted AS (
       INSERT INTO alert_deliveries (id, rule_id, event, payload, attempts, next_attempt_at)
       SELECT $1::uuid, id, $3::text, $4::jsonb, 1, now() + make_interval(secs => $5) FROM rule
       RETURNING id, rule_id, event, payload, attempts
     )
     SELECT noted.id, noted.rule_id AS "ruleId", noted.event, noted.payload, noted.attempts,
            rule.webhook_sealed AS "webhookSealed", rule.secret_sealed AS "secretSealed" FROM noted, rule`,
    [randomUUID(), ruleId, event, JSON.stringify(payload), leaseSeconds],
  );
  return taken;
}

/** Takes messages that are due, oldest first; nobody else takes them while the lease lasts. */
export function takeDue(run: RunStatement, most: number, leaseSeconds: number): Promise<DueDelivery[]> {
  return run<DueDelivery>(
    `WITH due AS (
       SELECT id FROM alert_deliveries AS waiting WHERE ${WAITING} AND next_attempt_at <= now()
       ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
     )
     UPDATE alert_deliveries AS delivery
     SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
     FROM due, alert_rules AS rule
     WHERE delivery.id = due.id AND rule.id = delivery.rule_id
     RETURNING delivery.id, delivery.rule_id AS "ruleId", delivery.event, delivery.payload, delivery.attempts,
               rule.webhook_sealed AS "webhookSealed", rule.secret_sealed AS "secretSealed"`,
    [most, leaseSeconds],
  );
}

export async function noteArrival(run: RunStatement, id: string): Promise<void> {
  await run('UPDATE alert_deliveries SET delivered_at = now(), error = NULL WHERE id = $1', [id]);
}

/** `retryInSeconds` undefined: it is given up. */
export async function noteFailure(
  run: RunStatement,
  id: string,
  error: string,
  retryInSeconds: number | undefined,
): Promise<void> {
  await run(
    `UPDATE alert_deliveries SET error = left($2, 500), given_up_at = CASE WHEN $3::float8 IS NULL THEN now() END,
       next_attempt_at = now() + make_interval(secs => coalesce($3::float8, 0))
     WHERE id = $1`,
    [id, error, retryInSeconds ?? null],
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

/** In how many milliseconds the next message is due, by the clock of the database; undefined when none waits. */
export async function nextDueInMs(run: RunStatement): Promise<number | undefined> {
  const [row] = await run<{ wait: number | null }>(
    `SELECT (extract(epoch FROM min(next_attempt_at) - now()) * 1000)::float8 AS wait
     FROM alert_deliveries AS waiting WHERE ${WAITING}`,
  );
  return row?.wait ?? undefined;
}

export async function forgetOldDeliveries(run: RunStatement): Promise<void> {
  await run(
    `DELETE FROM alert_deliveries WHERE (delivered_at IS NOT NULL OR given_up_at IS NOT NULL)
       AND created_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS],
  );
}
