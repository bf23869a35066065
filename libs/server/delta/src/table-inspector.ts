import {
  DeltaError,
  discoverTables,
  tableHealth,
  type DeltaErrorCode,
  type Snapshot,
  type TimeTravel,
} from '@lakescope/delta';
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
import { nameInSql } from './name-in-sql';
import { TablePlaces } from './table-places';
import { TablePreviewDto } from './table-preview.dto';
import type {
  DiscoverTablesRequest,
  PreviewTableRequest,
  ReadTableRequest,
  TableHistoryRequest,
} from './table-requests.dto';
import { TableColumnDto, TableSchemaDto } from './table-schema.dto';
import { timeTravel } from './time-travel';
import type { WarehouseTable } from './unity-catalog/warehouse-table';

/** Looks at Delta tables as the caller. */
@Injectable()
export class TableInspector {
  constructor(
    private readonly location: TableLocation,
    private readonly places: TablePlaces,
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

  async describe(caller: UserCaller, request: ReadTableRequest, signal: AbortSignal): Promise<TableDetailDto> {
    const at = timeTravel(request);
    const place = await this.places.find(caller, request, signal);
    if (place.via === 'warehouse') return describedByWarehouse(place.table, at, signal);
    const { storage } = place;
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      return this.tables.inTurn(async () => {
        const name = nameInSql(request.source, storage);
        const rows = await countableRows(snapshot, signal);
        const health = await tableHealth(table, snapshot, { name, signal });
        return TableDetailDto.from({ location: storage.location, snapshot, rows, health });
      }, signal);
    });
  }

  async readSchema(caller: UserCaller, request: ReadTableRequest, signal: AbortSignal): Promise<TableSchemaDto> {
    const at = timeTravel(request);
    const place = await this.places.find(caller, request, signal);
    if (place.via === 'warehouse') return schemaByWarehouse(place.table, at, signal);
    return this.tables.read(place.storage, signal, async (table) =>
      TableSchemaDto.from(await table.snapshot(at, { signal })),
    );
  }

  async readHistory(caller: UserCaller, request: TableHistoryRequest, signal: AbortSignal): Promise<HistoryPage> {
    const place = await this.places.find(caller, request, signal);
    const where = place.via === 'storage' ? place.storage.location : place.name.toString();
    const scope = JSON.stringify(['delta history', place.via, where]);
    const before = request.cursor === undefined ? undefined : versionCursor(this.cursors.decode(scope, request.cursor));
    const limit = request.limit ?? defaults.historyLimit;
    const cursorOf = (next: number | undefined): string | null =>
      next === undefined ? null : this.cursors.encode(scope, next);
    if (place.via === 'warehouse') {
      const { commits, next } = await place.table.history(limit, before, signal);
      const items = commits.map((commit) => HistoryEntryDto.fromWarehouse(commit));
      return { via: 'warehouse', items, next_cursor: cursorOf(next) };
    }
    return this.tables.read(place.storage, signal, async (table) => {
      const page = await table.history({ limit, signal, ...(before === undefined ? {} : { before }) });
      return {
        via: 'storage',
        items: page.items.map((entry) => HistoryEntryDto.from(entry)),
        next_cursor: cursorOf(page.next),
      };
    });
  }

  async preview(caller: UserCaller, request: PreviewTableRequest, signal: AbortSignal): Promise<TablePreviewDto> {
    const at = timeTravel(request);
    const { limit = defaults.previewLimit, offset = 0, columns, filters } = request;
    const place = await this.places.find(caller, request, signal);
    const chosen = columns === undefined ? {} : { columns };
    if (place.via === 'warehouse') {
      const version = (await place.table.commitAt(at, signal)).whole('version') ?? 0;
      const asked = { version, limit, offset, ...chosen, ...(filters === undefined ? {} : { filters }) };
      return TablePreviewDto.fromWarehouse(await place.table.preview(asked, signal));
    }
    return this.tables.read(place.storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      const where = filters === undefined ? {} : { filters: asFilters(filters) };
      const rows = await this.tables.inTurn(
        () => snapshot.preview({ limit, offset, signal, ...chosen, ...where }),
        signal,
      );
      return TablePreviewDto.from(snapshot.version, rows);
    });
  }
}

async function describedByWarehouse(
  table: WarehouseTable,
  at: TimeTravel,
  signal: AbortSignal,
): Promise<TableDetailDto> {
  const detail = await table.detail(signal);
  const commit = await table.commitAt(at, signal);
  const isLatest = at.version === undefined && at.timestamp === undefined;
  const rows = await table.countRows(commit.whole('version') ?? 0, signal);
  return TableDetailDto.fromWarehouse({ detail, commit, isLatest, rows });
}

async function schemaByWarehouse(table: WarehouseTable, at: TimeTravel, signal: AbortSignal): Promise<TableSchemaDto> {
  const version = (await table.commitAt(at, signal)).whole('version') ?? 0;
  const columns = await table.columns(version, signal);
  const comments = await table.comments(signal);
  const partitionColumns = (await table.detail(signal)).texts('partitionColumns');
  return {
    via: 'warehouse',
    version,
    columns: columns.map((column) =>
      TableColumnDto.fromWarehouse(column, comments.get(column.name) ?? null, partitionColumns),
    ),
  };
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
