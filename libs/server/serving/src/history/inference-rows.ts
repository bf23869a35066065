import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { noteLost } from './async-rows';
import { HistoryLimits } from './history-limits';
import type { InvocationStatus, KeptInference } from './kept-inference';

const FEATURE = 'The history of invocations';
const WRITING = { feature: FEATURE, repeat: 'write' } as const;

const FACTS = `request_id AS "requestId", endpoint_name AS "endpointName", served_entity AS "servedEntity", status,
  asked_entity AS "askedEntity", timeout_seconds AS "timeoutSeconds",
  inputs IS NOT NULL AND NOT inputs_truncated OR whole_inputs IS NOT NULL AS "hasWholeInputs",
  execution_time_ms AS "executionTimeMs", error_code AS "errorCode", error_message AS "errorMessage", tokens,
  correlation_id AS "correlationId", created_at AS "createdAt", completed_at AS "completedAt"`;

/** What a list shows of a row: the beginning of its payloads, one character more than is shown where there is more. */
const LISTED = `${FACTS}, left(inputs, $2 + 1) AS inputs, inputs_truncated AS "inputsTruncated",
  left(predictions, $2 + 1) AS predictions, predictions_truncated AS "predictionsTruncated"`;

const KEPT = `${FACTS}, inputs, inputs_truncated AS "inputsTruncated",
  predictions, predictions_truncated AS "predictionsTruncated"`;

const TRUNCATED = `inputs_truncated AND whole_inputs IS NULL AS "inputsTruncated",
  predictions_truncated AND whole_predictions IS NULL AS "predictionsTruncated"`;

/** Payloads may have many megabytes: who waits for an answer asks often, and needs no inputs; the whole answer is fetched where there is room. */
const ANSWER = `${FACTS}, ${TRUNCATED}, NULL AS inputs, predictions, octet_length(whole_predictions) AS "wholeBytes"`;

const QUESTION = `${FACTS}, ${TRUNCATED}, coalesce(whole_inputs, inputs) AS inputs, NULL AS predictions`;

/** How much is kept of an answer that is longer than the history's. */
type Answered = KeptInference & { readonly wholeBytes: number | null };

export interface InferenceFilter {
  readonly endpointName?: string | undefined;
  readonly status?: InvocationStatus | undefined;
  /** From this moment on. */
  readonly from?: string | undefined;
  /** Before this moment. */
  readonly to?: string | undefined;
}

/** Where a page of the list ended. */
export interface InferencePlace {
  readonly createdAt: string;
  readonly requestId: string;
}

/** Invocations in the database, each of them seen by its owner alone. */
@Injectable()
export class InferenceRows {
  constructor(
    private readonly database: Database,
    private readonly limits: HistoryLimits,
  ) {}

  /** One of the history. */
  find(caller: UserCaller, requestId: string): Promise<KeptInference | undefined> {
    return this.one(
      caller,
      `SELECT ${KEPT} FROM model_inference_logs
      WHERE user_id = $1 AND request_id = $2 AND in_history`,
      requestId,
    );
  }

  /** One that is answered later, or of the history, with all of its inputs as long as they are kept, and without its answer. */
  findQuestion(caller: UserCaller, requestId: string): Promise<KeptInference | undefined> {
    return this.one(
      caller,
      `SELECT ${QUESTION} FROM model_inference_logs WHERE user_id = $1 AND request_id = $2`,
      requestId,
    );
  }

  /** The same with all of its answer, if `hold`, which is told its bytes before it is fetched, does not throw; and without its inputs. */
  findAnswer(caller: UserCaller, requestId: string, hold: (bytes: number) => void): Promise<KeptInference | undefined> {
    const where = 'FROM model_inference_logs WHERE user_id = $1 AND request_id = $2';
    const values = [caller.userId, requestId];
    return this.look(caller, async (tx) => {
      const [row] = (await tx.query(`SELECT ${ANSWER} ${where}`, values)) as Answered[];
      if (row === undefined || row.wholeBytes === null) return row;
      hold(row.wholeBytes);
      const [whole] = (await tx.query(`SELECT whole_predictions AS predictions ${where}`, values)) as Answered[];
      return { ...row, predictions: whole?.predictions ?? row.predictions };
    });
  }

  /** The newest first; with the beginning of the payloads. */
  list(
    caller: UserCaller,
    { endpointName, status, from, to }: InferenceFilter,
    limit: number,
    after: InferencePlace | undefined,
  ): Promise<KeptInference[]> {
    const values: unknown[] = [caller.userId, this.limits.listedCharacters, limit];
    const rules = ['user_id = $1', 'in_history'];
    const rule = (text: (...places: string[]) => string, ...added: unknown[]): void => {
      rules.push(text(...added.map((value) => `$${values.push(value)}`)));
    };
    if (endpointName !== undefined) rule((name) => `endpoint_name = ${name}`, endpointName);
    if (status !== undefined) rule((value) => `status = ${value}`, status);
    if (from !== undefined) rule((time) => `created_at >= ${time}::timestamptz`, from);
    if (to !== undefined) rule((time) => `created_at < ${time}::timestamptz`, to);
    if (after !== undefined) {
      rule(
        (time, id) => `(created_at, request_id) < (${time}::timestamptz, ${id}::uuid)`,
        after.createdAt,
        after.requestId,
      );
    }
    const select = `SELECT ${LISTED} FROM model_inference_logs WHERE ${rules.join(' AND ')}
      ORDER BY created_at DESC, request_id DESC LIMIT $3`;
    return this.look(caller, (tx) => tx.query(select, values) as Promise<KeptInference[]>);
  }

  /** The history of one person; what is under way goes on, and goes into it. Answers how many invocations it were. */
  erase(caller: UserCaller): Promise<number> {
    return this.database.asUser(
      caller,
      async (tx) => {
        const [, count] = (await tx.query(
          'DELETE FROM model_inference_logs WHERE user_id = $1 AND completed_at IS NOT NULL',
          [caller.userId],
        )) as [unknown, number];
        return count;
      },
      WRITING,
    );
  }

  private one(caller: UserCaller, select: string, requestId: string): Promise<KeptInference | undefined> {
    return this.look(caller, async (tx) => {
      const [row] = (await tx.query(select, [caller.userId, requestId])) as KeptInference[];
      return row;
    });
  }

  /** What nobody works on any more is noted to be so by whoever looks. */
  private look<T>(caller: UserCaller, read: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.database.asUser(
      caller,
      async (tx) => {
        await noteLost(tx, this.limits, caller);
        return read(tx);
      },
      WRITING,
    );
  }
}
