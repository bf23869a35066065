import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { DomainError, redactText, UserCaller } from '@lakescope/server-http';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { QueryFailure, QueryFailureCode, QueryRecord } from '../query-record';
import { TableColumns } from '../table-columns';
import { selectAll, selectNothing } from '../table-select';
import { encoderOf } from './encoder-of';
import { ExportFailed } from './export.errors';
import type { ExportRecord } from './export-record';
import { ExportRecords, LOST } from './export-records';
import { ResultStream, type ReadyResult } from './result-stream';

/** The platform takes no larger file into a volume. */
const LARGEST_FILE_BYTES = 5 * 1024 ** 3;
const NOTED_EVERY_MS = 2_000;

interface Counted {
  rows: number;
  bytes: number;
}

/**
 * Makes the files of exports: rows go from the warehouse to the volume as fast as the slower of the two, with the person's token, which
 * only the process that was asked has. The platform shows a file when all of it has arrived, so there is never half of one.
 */
@Injectable()
export class ExportWorker implements OnModuleDestroy {
  private readonly logger = new Logger('Exports');
  private readonly running = new Map<string, { stop: AbortController; done: Promise<void> }>();

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly stream: ResultStream,
    private readonly columns: TableColumns,
    private readonly records: ExportRecords,
  ) {}

  /** Returns at once. */
  start(caller: UserCaller, query: QueryRecord, record: ExportRecord): void {
    const stop = new AbortController();
    const done = this.work(caller, query, record, stop).finally(() => this.running.delete(record.exportId));
    this.running.set(record.exportId, { stop, done });
  }

  /** If it runs here; elsewhere it is noticed within seconds. */
  cancel(exportId: string): void {
    this.running.get(exportId)?.stop.abort();
  }

  /** The process ends: what is not complete will not be. */
  async onModuleDestroy(): Promise<void> {
    const all = [...this.running.values()];
    for (const { stop } of all) stop.abort('shutdown');
    await Promise.all(all.map(({ done }) => done));
  }

  private async work(
    caller: UserCaller,
    query: QueryRecord,
    record: ExportRecord,
    stop: AbortController,
  ): Promise<void> {
    const { exportId, path } = record;
    const counted: Counted = { rows: 0, bytes: 0 };
    const ticking = setInterval(() => void this.tick(caller, exportId, counted, stop), NOTED_EVERY_MS).unref();
    try {
      await this.records.noteProgress(caller, exportId, 0);
      const select = await this.selectOf(caller, query, stop.signal);
      const result = await this.stream.run(caller, query.warehouseId, select, stop.signal);
      const content = this.content(caller, result, record, counted, stop.signal);
      await this.databricks.asUser(caller).files.upload(path, content, { overwrite: false, signal: stop.signal });
      clearInterval(ticking);
      await this.records.succeed(caller, exportId, {
        rows: counted.rows,
        sizeBytes: counted.bytes,
        truncated: result.truncated,
      });
    } catch (error) {
      clearInterval(ticking);
      await this.end(caller, record, stop.signal, error);
    }
  }

  private async selectOf(caller: UserCaller, { request, warehouseId }: QueryRecord, signal: AbortSignal) {
    const known = await this.columns.ask(caller, request, signal);
    if (known !== undefined) return selectAll(request, known);
    const nothing = { text: selectNothing(request), parameters: [] };
    const { columns } = await this.stream.run(caller, warehouseId, nothing, signal);
    return selectAll(
      request,
      columns.map(({ name, type: typeText }) => ({ name, typeText })),
    );
  }

  private async *content(
    caller: UserCaller,
    result: ReadyResult,
    { format }: ExportRecord,
    counted: Counted,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const encoder = encoderOf(format, result.columns);
    const piece = (bytes: Uint8Array): Uint8Array => {
      counted.bytes += bytes.length;
      if (counted.bytes > LARGEST_FILE_BYTES) throw new ExportFailed(TOO_LARGE);
      return bytes;
    };
    yield piece(encoder.begin());
    for await (const block of this.stream.rows(caller, result, signal)) {
      const bytes = await encoder.rows(block);
      counted.rows += block.count;
      if (bytes.length > 0) yield piece(bytes);
    }
    if (counted.rows !== result.rowCount) throw new ExportFailed(INCOMPLETE);
    yield piece(await encoder.end());
  }

  private async tick(caller: UserCaller, exportId: string, { rows }: Counted, stop: AbortController): Promise<void> {
    try {
      if (!(await this.records.noteProgress(caller, exportId, rows))) stop.abort();
    } catch (error) {
      // The database is away: the file can be finished without it.
      this.logger.warn(`The progress of an export could not be noted: ${messageOf(error)}`);
    }
  }

  private async end(
    caller: UserCaller,
    { exportId }: ExportRecord,
    signal: AbortSignal,
    error: unknown,
  ): Promise<void> {
    try {
      if (signal.reason === 'shutdown') await this.records.end(caller, exportId, 'INTERRUPTED', LOST);
      else if (signal.aborted) await this.records.end(caller, exportId, 'CANCELED', null);
      else await this.records.end(caller, exportId, 'FAILED', failureOf(error));
    } catch (unnoted) {
      // Whoever asks later finds that nobody works on it any more.
      this.logger.warn(`The end of an export could not be noted: ${messageOf(unnoted)}`);
    }
    if (!signal.aborted) this.logger.warn(`An export failed: ${messageOf(error)}`);
  }
}

/** The content of an upload fails it; the reason is inside. */
function failureOf(error: unknown): QueryFailure {
  if (error instanceof ExportFailed) return error.failure;
  if (error instanceof PlatformError && error.cause instanceof Error && error.kind === 'aborted') {
    return failureOf(error.cause);
  }
  if (error instanceof PlatformError || error instanceof DomainError) {
    return { error_code: codeOf(error), message: whatToDo(error), sql_state: null };
  }
  return { error_code: 'INTERRUPTED', message: 'The file could not be made. Export again.', sql_state: null };
}

function codeOf(error: PlatformError | DomainError): QueryFailureCode {
  const kind = error.kind;
  if (kind === 'permission_denied' || kind === 'forbidden') return 'CATALOG_PERMISSION_DENIED';
  if (kind === 'rate_limited') return 'RATE_LIMITED';
  if (kind === 'unavailable' || kind === 'timeout') return 'SERVICE_UNAVAILABLE';
  return kind === 'invalid' ? 'INVALID_QUERY' : 'UPSTREAM_ERROR';
}

function whatToDo(error: PlatformError | DomainError): string {
  const said = redactText(error.message);
  const isFile = error instanceof PlatformError && error.operation?.includes('/fs/files') === true;
  if (isFile && error.kind === 'permission_denied') return `You may not write there; ask for WRITE VOLUME. ${said}`;
  if (error.kind === 'token_expired') return 'Your sign-in expired while the file was made. Export again.';
  return said;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? redactText(error.message) : 'unknown reason';
}

const TOO_LARGE: QueryFailure = {
  error_code: 'INVALID_QUERY',
  message: 'The file would be larger than 5 GiB, which is the most a volume takes. Export fewer rows or columns.',
  sql_state: null,
};
const INCOMPLETE: QueryFailure = {
  error_code: 'UPSTREAM_ERROR',
  message: 'The SQL warehouse gave fewer rows than it had said. There is no file; export again.',
  sql_state: null,
};
