import { DeltaError, discoverTables, type DeltaErrorCode, type Snapshot } from '@lakescope/delta';
import { Cursors, UserCaller, type JsonValue } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { defaults } from './defaults';
import { InvalidTableRequest } from './delta.errors';
import { asFilters } from './filters';
import { FoundTableDto, FoundTablePage } from './found-table.dto';
import { HistoryEntryDto, HistoryPage } from './history-entry.dto';
import { StorageTables } from './storage-tables';
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
import { timeTravel } from './time-travel';

/** Looks at Delta tables as the caller. */
@Injectable()
export class TableInspector {
  constructor(
    private readonly location: TableLocation,
    private readonly tables: StorageTables,
    private readonly cursors: Cursors,
  ) {}

  async discover(caller: UserCaller, request: DiscoverTablesRequest, signal: AbortSignal): Promise<FoundTablePage> {
    const storage = await this.location.open(caller, request.source);
    const maxDepth = request.max_depth ?? defaults.discoverDepth;
    const scope = JSON.stringify(['delta tables', storage.location, maxDepth]);
    const cursor = request.cursor === undefined ? undefined : textCursor(this.cursors.decode(scope, request.cursor));
    return this.tables.explained(storage, async () => {
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
    const at = timeTravel(request);
    const storage = await this.location.open(caller, request.source);
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      const rows = await this.tables.inTurn(() => countableRows(snapshot, signal), signal);
      return TableDetailDto.from(storage.location, snapshot, rows);
    });
  }

  async readSchema(caller: UserCaller, request: VersionedTableRequest, signal: AbortSignal): Promise<TableSchemaDto> {
    const at = timeTravel(request);
    const storage = await this.location.open(caller, request.source);
    return this.tables.read(storage, signal, async (table) =>
      TableSchemaDto.from(await table.snapshot(at, { signal })),
    );
  }

  async readHistory(caller: UserCaller, request: TableHistoryRequest, signal: AbortSignal): Promise<HistoryPage> {
    const storage = await this.location.open(caller, request.source);
    const scope = JSON.stringify(['delta history', storage.location]);
    const before = request.cursor === undefined ? undefined : versionCursor(this.cursors.decode(scope, request.cursor));
    return this.tables.read(storage, signal, async (table) => {
      const limit = request.limit ?? defaults.historyLimit;
      const page = await table.history({ limit, signal, ...(before === undefined ? {} : { before }) });
      return {
        items: page.items.map((entry) => HistoryEntryDto.from(entry)),
        next_cursor: page.next === undefined ? null : this.cursors.encode(scope, page.next),
      };
    });
  }

  async preview(caller: UserCaller, request: PreviewTableRequest, signal: AbortSignal): Promise<TablePreviewDto> {
    const at = timeTravel(request);
    const storage = await this.location.open(caller, request.source);
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      const rows = await this.tables.inTurn(
        () =>
          snapshot.preview({
            limit: request.limit ?? defaults.previewLimit,
            offset: request.offset ?? 0,
            signal,
            ...(request.columns === undefined ? {} : { columns: request.columns }),
            ...(request.filters === undefined ? {} : { filters: asFilters(request.filters) }),
          }),
        signal,
      );
      return TablePreviewDto.from(snapshot.version, rows);
    });
  }
}

/** What a table can be without its log being unreadable. */
const ROWS_UNKNOWN: ReadonlySet<DeltaErrorCode> = new Set(['TABLE_CORRUPT', 'UNSUPPORTED_TABLE_FEATURE']);

/** Rows are one fact among many: a table whose rows cannot be counted is described without them. */
async function countableRows(
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<{ rows: bigint; exact: boolean } | undefined> {
  if (snapshot.unsupportedReaderFeatures.length > 0) return undefined;
  try {
    return await snapshot.countRows({ signal });
  } catch (error) {
    const isOfTheTable = error instanceof DeltaError && ROWS_UNKNOWN.has(error.code);
    if (isOfTheTable) return undefined;
    throw error;
  }
}

function textCursor(value: JsonValue): string {
  if (typeof value === 'string') return value;
  throw new InvalidTableRequest('The cursor comes from another release; ask for the first page again.', ['cursor']);
}

function versionCursor(value: JsonValue): number {
  if (typeof value === 'number') return value;
  throw new InvalidTableRequest('The cursor comes from another release; ask for the first page again.', ['cursor']);
}
