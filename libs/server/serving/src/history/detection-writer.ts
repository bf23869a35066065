import { randomUUID } from 'node:crypto';
import { LakebaseConfig } from '@lakescope/server-config';
import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { DetectionEvents, type SchemaDetection } from '../inference-log';
import { HistoryLimits } from './history-limits';
import { RowQueue } from './row-queue';
import { LONGEST_ERROR, LONGEST_NAME } from './stored-lengths';
import { storedText } from './stored-payload';

const WRITING = { feature: 'The history of schema detection', repeat: 'write' } as const;
const ROW_BYTES = 500;

/** By the names of the columns. */
interface DetectionRow {
  readonly id: string;
  readonly endpoint_name: string;
  readonly detected_type: string;
  readonly status: string;
  readonly source: string | null;
  readonly latency_ms: number;
  readonly error_message: string | null;
  readonly correlation_id: string;
  readonly detected_at: Date;
}

const COLUMNS =
  'id, endpoint_name, detected_type, status, source, latency_ms, error_message, correlation_id, detected_at';

/** What the app found out about the inputs of models, in Postgres. Writes soon after `record`, and never in its way. */
@Injectable()
export class DetectionWriter extends DetectionEvents implements OnModuleDestroy, OnApplicationShutdown {
  private readonly queue: RowQueue<DetectionRow>;

  constructor(
    private readonly database: Database,
    private readonly config: LakebaseConfig,
    limits: HistoryLimits,
  ) {
    super();
    this.queue = new RowQueue('Detected schemas', (caller, rows) => this.write(caller, rows), limits);
  }

  /** Detections that will never be written down. */
  get lostRows(): number {
    return this.queue.lostRows;
  }

  override record(caller: UserCaller, detection: SchemaDetection): void {
    if (!this.config.configured) return;
    const { errorMessage } = detection;
    const row: DetectionRow = {
      id: randomUUID(),
      endpoint_name: storedText(detection.endpointName, LONGEST_NAME),
      detected_type: detection.detectedType,
      status: detection.status,
      source: detection.source,
      latency_ms: Math.max(0, detection.latencyMs),
      error_message: errorMessage === null ? null : storedText(errorMessage, LONGEST_ERROR),
      correlation_id: detection.correlationId,
      detected_at: detection.detectedAt,
    };
    this.queue.add(caller, row, ROW_BYTES + (errorMessage?.length ?? 0));
  }

  /** Waits until what came before is written, for a moment at most. */
  settled(): Promise<void> {
    return this.queue.settled();
  }

  onModuleDestroy(): Promise<void> {
    return this.queue.close();
  }

  /** Requests that were under way have ended since, and left rows of their own. */
  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }

  private async write(caller: UserCaller, rows: readonly DetectionRow[]): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `INSERT INTO schema_detection_events (user_id, ${COLUMNS})
           SELECT $1, ${COLUMNS} FROM json_to_recordset($2::json) AS added(
             id uuid, endpoint_name text, detected_type text, status text, source text, latency_ms float8,
             error_message text, correlation_id text, detected_at timestamptz)
           ON CONFLICT (id) DO NOTHING`,
          [caller.userId, JSON.stringify(rows)],
        ),
      WRITING,
    );
  }
}
