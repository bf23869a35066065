import type { QueryFailure, QueryStatus } from '../query-record';
import type { ExportFormat } from './row-encoder';

/** An export as it is kept. */
export interface ExportRecord {
  readonly exportId: string;
  readonly queryId: string;
  readonly format: ExportFormat;
  readonly path: string;
  readonly status: QueryStatus;
  readonly rowsWritten: number;
  readonly rowCount: number | null;
  readonly sizeBytes: number | null;
  readonly truncated: boolean;
  readonly error: QueryFailure | null;
  readonly cancelRequested: boolean;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly finishedAt: Date | null;
}
