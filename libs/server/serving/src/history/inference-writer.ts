import { LakebaseConfig } from '@lakescope/server-config';
import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { InferenceLog, type InferenceRecord } from '../inference-log';
import { HistoryLimits } from './history-limits';
import { OPTED_OUT } from './history-tables';
import { RowQueue } from './row-queue';
import { LONGEST_ERROR, LONGEST_NAME } from './stored-lengths';
import { storedPayload, storedText } from './stored-payload';

const WRITING = { feature: 'The history of invocations', repeat: 'write' } as const;
/** What a row takes besides its text, roughly. */
const ROW_BYTES = 100;

/** By the names of the columns. */
interface InferenceRow {
  readonly request_id: string;
  readonly endpoint_name: string;
  readonly served_entity: string | null;
  readonly asked_entity: string | null;
  readonly timeout_seconds: number | null;
  readonly status: string;
  readonly inputs: string;
  readonly inputs_truncated: boolean;
  readonly predictions: string | null;
  readonly predictions_truncated: boolean;
  readonly execution_time_ms: number;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly tokens: object | null;
  readonly correlation_id: string;
  readonly created_at: Date;
  readonly completed_at: Date;
}

const COLUMNS = `request_id, endpoint_name, served_entity, asked_entity, timeout_seconds, status, inputs, inputs_truncated,
  predictions, predictions_truncated, execution_time_ms, error_code, error_message, tokens, correlation_id, created_at, completed_at`;

/** The history of invocations, in Postgres. Writes soon after `record`, and never in its way. */
@Injectable()
export class InferenceWriter extends InferenceLog implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Serving');
  /** Rows as JSON: a text is kept, and written, for less than an object of as many parts. */
  private readonly queue: RowQueue<string>;
  /** Not rows yet: that takes a part of a call's time, and the answer goes out first. */
  private ended: { readonly caller: UserCaller; readonly inference: InferenceRecord }[] = [];
  private unwritable = 0;

  constructor(
    private readonly database: Database,
    private readonly config: LakebaseConfig,
    limits: HistoryLimits,
  ) {
    super();
    this.queue = new RowQueue('Invocations for the history', (caller, rows) => this.write(caller, rows), limits);
  }

  /** Invocations that will never be in the history. */
  get lostRows(): number {
    return this.queue.lostRows + this.unwritable;
  }

  override record(caller: UserCaller, inference: InferenceRecord): void {
    if (!this.config.configured) return;
    if (this.ended.push({ caller, inference }) === 1) setImmediate(() => this.enqueue());
  }

  /** So that who looks finds what they have just done. */
  settled(): Promise<void> {
    this.enqueue();
    return this.queue.settled();
  }

  onModuleDestroy(): Promise<void> {
    this.enqueue();
    return this.queue.close();
  }

  /** Requests that were under way have ended since, and left rows of their own. */
  onApplicationShutdown(): Promise<void> {
    this.enqueue();
    return this.queue.close();
  }

  private enqueue(): void {
    const { ended } = this;
    this.ended = [];
    for (const { caller, inference } of ended) {
      try {
        const row = JSON.stringify(rowOf(inference));
        this.queue.add(caller, row, row.length + ROW_BYTES);
      } catch (error) {
        // Not the error itself: it may hold what the model was asked.
        this.logger.error(
          `An invocation is not in the history: ${error instanceof Error ? error.name : 'unknown reason'}`,
        );
        this.unwritable++;
      }
    }
  }

  private async write(caller: UserCaller, rows: readonly string[]): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `INSERT INTO model_inference_logs (user_id, ${COLUMNS})
           SELECT $1, ${COLUMNS} FROM json_to_recordset($2::json) AS added(
             request_id uuid, endpoint_name text, served_entity text, asked_entity text, timeout_seconds int, status text, inputs text, inputs_truncated boolean,
             predictions text, predictions_truncated boolean, execution_time_ms float8, error_code text,
             error_message text, tokens jsonb, correlation_id text, created_at timestamptz, completed_at timestamptz)
           WHERE NOT ${OPTED_OUT} ON CONFLICT (request_id) DO NOTHING`,
          [caller.userId, `[${rows.join()}]`],
        ),
      WRITING,
    );
  }
}

function rowOf(inference: InferenceRecord): InferenceRow {
  const inputs = storedPayload(inference.inputs);
  const predictions = inference.predictions === undefined ? undefined : storedPayload(inference.predictions);
  return {
    request_id: inference.requestId,
    endpoint_name: storedText(inference.endpointName, LONGEST_NAME),
    served_entity: inference.servedEntity === undefined ? null : storedText(inference.servedEntity, LONGEST_NAME),
    asked_entity: inference.askedEntity === undefined ? null : storedText(inference.askedEntity, LONGEST_NAME),
    timeout_seconds: inference.timeoutSeconds ?? null,
    status: inference.status,
    inputs: inputs.text,
    inputs_truncated: inputs.isTruncated,
    predictions: predictions?.text ?? null,
    predictions_truncated: predictions?.isTruncated ?? false,
    execution_time_ms: Math.max(0, inference.executionTimeMs),
    error_code: inference.errorCode ?? null,
    error_message: inference.errorMessage === undefined ? null : storedText(inference.errorMessage, LONGEST_ERROR),
    tokens: inference.tokens ?? null,
    correlation_id: inference.correlationId,
    created_at: inference.createdAt,
    completed_at: inference.completedAt,
  };
}
