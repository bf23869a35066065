import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EndedInference } from '../invocations/ended-inference';
import { TooManyInvocations } from './history.errors';
import { HistoryLimits } from './history-limits';
import { OPTED_OUT } from './history-tables';
import { LONGEST_ERROR, LONGEST_NAME } from './stored-lengths';
import { storedPayload, storedText, wholePayload } from './stored-payload';

const WRITING = { feature: 'An invocation that is answered later', repeat: 'write' } as const;
const UNDER_WAY = `status IN ('PENDING', 'RUNNING')`;

const CANCELED = 'You canceled it before there was an answer. The model may have acted on it already.';
const LOST = 'The server that waited for the model was stopped, so there is no answer. Run it again.';

/** What is known of an invocation when it begins. */
export interface BegunInvocation {
  readonly requestId: string;
  readonly endpointName: string;
  readonly servedEntity: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly inputs: Buffer;
  readonly correlationId: string;
}

/** Invocations that are answered later, in the database, each of them seen by its owner alone. */
@Injectable()
export class AsyncRows {
  constructor(
    private readonly database: Database,
    private readonly limits: HistoryLimits,
  ) {}

  /** Throws TooManyInvocations. Of a person who wants no history no inputs are kept, and the row goes soon after its end. */
  begin(caller: UserCaller, begun: BegunInvocation): Promise<void> {
    const { asyncPerUser } = this.limits;
    const inputs = storedPayload(begun.inputs);
    const whole = inputs.isTruncated ? wholePayload(begun.inputs) : null;
    return this.database.asUser(
      caller,
      async (tx) => {
        // Two requests at one moment would both find room for one more.
        await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('invocations of ' || $1, 0))`, [caller.userId]);
        await noteLost(tx, this.limits, caller);
        const [running] = (await tx.query(
          `SELECT count(*)::int AS count FROM model_inference_logs WHERE user_id = $1 AND ${UNDER_WAY}`,
          [caller.userId],
        )) as { count: number }[];
        if ((running?.count ?? 0) >= asyncPerUser) throw new TooManyInvocations(asyncPerUser);
        await tx.query(
          `INSERT INTO model_inference_logs
             (user_id, request_id, endpoint_name, served_entity, asked_entity, timeout_seconds, status, is_async, in_history, correlation_id,
              inputs, inputs_truncated, whole_inputs)
           SELECT $1, $2, $3, $4, $4, $9, 'PENDING', true, kept, $5,
                  CASE WHEN kept THEN $6 END, kept AND $7, CASE WHEN kept THEN $8 END
             FROM (SELECT NOT ${OPTED_OUT} AS kept) AS wish`,
          [
            caller.userId,
            begun.requestId,
            storedText(begun.endpointName, LONGEST_NAME),
            begun.servedEntity === undefined ? null : storedText(begun.servedEntity, LONGEST_NAME),
            begun.correlationId,
            inputs.text,
            inputs.isTruncated,
            whole,
            begun.timeoutSeconds ?? null,
          ],
        );
      },
      WRITING,
    );
  }

  /** It has its turn. */
  async start(caller: UserCaller, requestId: string): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE model_inference_logs SET status = 'RUNNING', seen_at = clock_timestamp()
            WHERE user_id = $1 AND request_id = $2 AND status = 'PENDING'`,
          [caller.userId, requestId],
        ),
      WRITING,
    );
  }

  /** Its owner does not wait for it any longer. */
  async cancel(caller: UserCaller, requestId: string): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE model_inference_logs
              SET status = 'CANCELED', error_code = 'CLIENT_CLOSED', error_message = $3, completed_at = clock_timestamp()
            WHERE user_id = $1 AND request_id = $2 AND is_async AND ${UNDER_WAY}`,
          [caller.userId, requestId, CANCELED],
        ),
      WRITING,
    );
  }

  /** Says that somebody works on them. Answers which of them are still wanted: the others were erased or canceled. */
  async sign(caller: UserCaller, requestIds: readonly string[]): Promise<ReadonlySet<string>> {
    const [rows] = await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE model_inference_logs SET seen_at = clock_timestamp()
            WHERE user_id = $1 AND request_id = ANY ($2::uuid[]) AND status <> 'CANCELED' RETURNING request_id AS id`,
          [caller.userId, requestIds],
        ) as Promise<[{ id: string }[], number]>,
      WRITING,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** An answer that is there after all is better than none: it takes the place of INTERRUPTED, too. */
  async end(caller: UserCaller, requestId: string, ended: EndedInference): Promise<void> {
    const predictions = ended.predictions === undefined ? undefined : storedPayload(ended.predictions);
    const whole =
      predictions?.isTruncated === true && ended.predictions !== undefined ? wholePayload(ended.predictions) : null;
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE model_inference_logs
              SET status = $3, served_entity = coalesce($4, served_entity), predictions = $5, predictions_truncated = $6,
                  whole_predictions = $7, execution_time_ms = $8, error_code = $9, error_message = $10, tokens = $11,
                  seen_at = clock_timestamp(), completed_at = clock_timestamp()
            WHERE user_id = $1 AND request_id = $2 AND (${UNDER_WAY} OR status = 'INTERRUPTED')`,
          [
            caller.userId,
            requestId,
            ended.status,
            ended.servedEntity === undefined ? null : storedText(ended.servedEntity, LONGEST_NAME),
            predictions?.text ?? null,
            predictions?.isTruncated ?? false,
            whole,
            Math.max(0, ended.executionTimeMs),
            ended.errorCode ?? null,
            ended.errorMessage === undefined ? null : storedText(ended.errorMessage, LONGEST_ERROR),
            ended.tokens === undefined ? null : JSON.stringify(ended.tokens),
          ],
        ),
      WRITING,
    );
  }

  /** The process stops. */
  async interrupt(caller: UserCaller, requestIds: readonly string[]): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE model_inference_logs
              SET status = 'INTERRUPTED', error_message = $3, completed_at = clock_timestamp()
            WHERE user_id = $1 AND request_id = ANY ($2::uuid[]) AND ${UNDER_WAY}`,
          [caller.userId, requestIds, LOST],
        ),
      WRITING,
    );
  }
}

/** What nobody works on any more has been interrupted: that of one person, or as the system that of everybody. */
export async function noteLost(tx: EntityManager, { silentMs }: HistoryLimits, caller?: UserCaller): Promise<void> {
  const own = caller === undefined ? '' : 'AND user_id = $3';
  await tx.query(
    `UPDATE model_inference_logs SET status = 'INTERRUPTED', error_message = $2, completed_at = clock_timestamp()
      WHERE ${UNDER_WAY} AND seen_at <= clock_timestamp() - $1 * interval '1 ms' ${own}`,
    [silentMs, LOST, ...(caller === undefined ? [] : [caller.userId])],
  );
}
