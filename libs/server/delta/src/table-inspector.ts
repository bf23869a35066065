import { DeltaError, DeltaTable, discoverTables, type Snapshot, type Storage, type TimeTravel } from '@lakescope/delta';
import { Cursors, Slots, UserCaller, type JsonValue } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { defaults } from './defaults';
import { InvalidTableRequest, TableProblem } from './delta.errors';
import { FoundTableDto, FoundTablePage } from './found-table.dto';
import { HistoryEntryDto, HistoryPage } from './history-entry.dto';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { TableDetailDto } from './table-detail.dto';
import { TableLocation } from './table-location';
import { TablePreviewDto } from './table-preview.dto';
import type {
  DiscoverTablesRequest,
  PreviewTableRequest,
  TableHistoryRequest,
  VersionedTableRequest,
} from './table-requests.dto';
import { TableSchemaDto } from './table-schema.dto';

/**
 * Looks at Delta tables as the caller. Every request lists the table's log with the caller's token before anything that is cached can
 * answer, so a right that was taken away is gone with the next request.
 */
@Injectable()
export class TableInspector {
  /** For reading rows. */
  private readonly slots = new Slots(defaults.concurrentReads);

  constructor(
    private readonly location: TableLocation,
    private readonly engine: LazyDeltaEngine,
    private readonly cursors: Cursors,
  ) {}

  async discover(caller: UserCaller, request: DiscoverTablesRequest, signal: AbortSignal): Promise<FoundTablePage> {
    const storage = this.location.open(caller, request.source);
    const maxDepth = request.max_depth ?? defaults.discoverDepth;
    const scope = JSON.stringify(['delta tables', storage.location, maxDepth]);
    const cursor = request.cursor === undefined ? undefined : textCursor(this.cursors.decode(scope, request.cursor));
    return this.explained(storage, async () => {
      const found = await discoverTables(storage, {
        maxDepth,
        limit: request.limit ?? defaults.discoverLimit,
        signal,
        ...(cursor === undefined ? {} : { cursor }),
      });
      return {
        items: found.items.map((item) => FoundTableDto.from(storage.location, item)),
        next_cursor: found.next === undefined ? null : this.cursors.encode(scope, found.next),
      };
    });
  }

  async describe(caller: UserCaller, request: VersionedTableRequest, signal: AbortSignal): Promise<TableDetailDto> {
    const { storage, at } = this.prepared(caller, request);
    return this.explained(storage, async () => {
      const snapshot = await this.snapshot(storage, at, signal);
      const rows = await this.slots.use(() => countableRows(snapshot, signal), signal);
      return TableDetailDto.from(storage.location, snapshot, rows);
    });
  }

  async readSchema(caller: UserCaller, request: VersionedTableRequest, signal: AbortSignal): Promise<TableSchemaDto> {
    const { storage, at } = this.prepared(caller, request);
    return this.explained(storage, async () => TableSchemaDto.from(await this.snapshot(storage, at, signal)));
  }

  async readHistory(caller: UserCaller, request: TableHistoryRequest, signal: AbortSignal): Promise<HistoryPage> {
    const storage = this.location.open(caller, request.source);
    const scope = JSON.stringify(['delta history', storage.location]);
    const before = request.cursor === undefined ? undefined : versionCursor(this.cursors.decode(scope, request.cursor));
    return this.explained(storage, async () => {
      const table = await DeltaTable.open(await this.engine.get(), storage, { signal });
      const limit = request.limit ?? defaults.historyLimit;
      const page = await table.history({ limit, signal, ...(before === undefined ? {} : { before }) });
      return {
        items: page.items.map((entry) => HistoryEntryDto.from(entry)),
        next_cursor: page.next === undefined ? null : this.cursors.encode(scope, page.next),
      };
    });
  }

  async preview(caller: UserCaller, request: PreviewTableRequest, signal: AbortSignal): Promise<TablePreviewDto> {
    const { storage, at } = this.prepared(caller, request);
    return this.explained(storage, async () => {
      const snapshot = await this.snapshot(storage, at, signal);
      const rows = await this.slots.use(
        () =>
          snapshot.preview({
            limit: request.limit ?? defaults.previewLimit,
            offset: request.offset ?? 0,
            signal,
            ...(request.columns === undefined ? {} : { columns: request.columns }),
          }),
        signal,
      );
      return TablePreviewDto.from(snapshot.version, rows);
    });
  }

  private prepared(caller: UserCaller, request: VersionedTableRequest): { storage: Storage; at: TimeTravel } {
    return { storage: this.location.open(caller, request.source), at: timeTravel(request) };
  }

  private async snapshot(storage: Storage, at: TimeTravel, signal: AbortSignal): Promise<Snapshot> {
    const table = await DeltaTable.open(await this.engine.get(), storage, { signal });
    return table.snapshot(at, { signal });
  }

  private async explained<T>(storage: Storage, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof DeltaError ? new TableProblem(error, storage.location) : error;
    }
  }
}

/** Rows are one fact among many: a table whose rows cannot be counted is described without them. */
async function countableRows(
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<{ rows: bigint; exact: boolean } | undefined> {
  if (snapshot.unsupportedReaderFeatures.length > 0) return undefined;
  try {
    return await snapshot.countRows({ signal });
  } catch (error) {
    if (error instanceof DeltaError) return undefined;
    throw error;
  }
}

function timeTravel({ version, timestamp }: VersionedTableRequest): TimeTravel {
  if (version !== undefined && timestamp !== undefined) {
    throw new InvalidTableRequest('Name either a version or a timestamp, not both.', ['version', 'timestamp']);
  }
  if (version !== undefined) return { version };
  if (timestamp === undefined) return {};
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) throw new InvalidTableRequest('The timestamp is no point in time.', ['timestamp']);
  return { timestamp: time };
}

function textCursor(value: JsonValue): string {
  if (typeof value === 'string') return value;
  throw new InvalidTableRequest('The cursor comes from another release; ask for the first page again.', ['cursor']);
}

function versionCursor(value: JsonValue): number {
  if (typeof value === 'number') return value;
  throw new InvalidTableRequest('The cursor comes from another release; ask for the first page again.', ['cursor']);
}
