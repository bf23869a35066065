import type { Readable } from 'node:stream';
import { DomainError, UserCaller } from '@lakescope/server-http';
import {
  blocksOf,
  CONTENT_TYPES,
  contentDisposition,
  encoderOf,
  ExportFailed,
  TooManyExports,
  withFirst,
  type ExportFormat,
  type ResultColumnType,
  type RowBlock,
} from '@lakescope/server-unity-catalog';
import type { Snapshot, Storage } from '@lakescope/delta';
import { Injectable } from '@nestjs/common';
import { defaults } from '../defaults';
import { asFilters } from '../filters';
import { StorageTables } from '../storage-tables';
import { TablePlaces } from '../table-places';
import type { TableSourceDto } from '../table-source.dto';
import { timeTravel } from '../time-travel';
import type { WarehouseTable } from '../unity-catalog/warehouse-table';
import { exportedCells, exportedColumns } from './delta-cells';
import type { ExportTableRequest } from './export-table.dto';
import { pushedFile, type Give } from './pushed-file';

/** A file on its way, and what its headers say. */
export interface TableExport {
  readonly content: Readable;
  readonly contentType: string;
  readonly disposition: string;
  readonly version: number;
  readonly limit: number;
  readonly truncated: boolean;
}

/** What is known before the first row is sent. */
interface Begun {
  readonly version: number;
  readonly truncated: boolean;
}

type Tell = (begun: Begun) => void;

const NOTHING = new Uint8Array();

/** Rows of tables as files of any format, made as they are downloaded: neither a file nor a table is ever held as a whole. */
@Injectable()
export class TableExports {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly places: TablePlaces,
    private readonly tables: StorageTables,
  ) {}

  /** Throws TooManyExports, and whatever a preview throws. */
  async start(caller: UserCaller, request: ExportTableRequest, signal: AbortSignal): Promise<TableExport> {
    const { format, limit = defaults.exportLimit } = request;
    const leave = this.enter(caller);
    let begun: Begun = { version: 0, truncated: false };
    const make = async (give: Give): Promise<void> => {
      try {
        await this.write(caller, { ...request, limit }, give, (told) => (begun = told), signal);
      } finally {
        leave();
      }
    };
    const named = nameOf(request.source);
    const content = await pushedFile(make, { name: `${named}.${format}`, stallMs: defaults.exportStallMs });
    const { version, truncated } = begun;
    const cut = truncated ? `-first-${limit}` : '';
    return {
      ...{ content, version, limit, truncated },
      contentType: CONTENT_TYPES[format],
      disposition: contentDisposition('attachment', `${named}-v${version}${cut}.${format}`),
    };
  }

  private async write(
    caller: UserCaller,
    request: ExportTableRequest & { limit: number },
    give: Give,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<void> {
    const place = await this.places.find(caller, request, signal);
    if (place.via === 'warehouse') await this.fromWarehouse(place.table, request, give, tell, signal);
    else await this.fromStorage(place.storage, request, give, tell, signal);
  }

  private fromStorage(
    storage: Storage,
    request: ExportTableRequest & { limit: number },
    give: Give,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<void> {
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(timeTravel(request), { signal });
      const { limit, columns: chosen, filters } = request;
      const where = filters === undefined ? {} : { filters: asFilters(filters) };
      const names = chosen === undefined ? {} : { columns: chosen };
      const { columns, truncated } = await this.tables.inTurn(
        () => this.lookBehind(snapshot, { limit, ...names, ...where }, signal),
        signal,
      );
      tell({ version: snapshot.version, truncated });
      const file = new EncodedFile(request.format, columns, give);
      await snapshot.readRows({ limit, signal, ...names, ...where }, async (rows) => {
        const cells = rows.map((row) => exportedCells(columns, row));
        for (const block of blocksOf(cells, columns.length)) await file.rows(block);
      });
      await file.end();
    });
  }

  /** Whether there is a row behind the last one: the header that says so comes before the rows do. */
  private async lookBehind(
    snapshot: Snapshot,
    { limit, ...asked }: { limit: number; columns?: string[]; filters?: ReturnType<typeof asFilters> },
    signal: AbortSignal,
  ): Promise<{ columns: ResultColumnType[]; truncated: boolean }> {
    const { columns, rows } = await snapshot.preview({ ...asked, limit: 1, offset: limit, signal });
    return { columns: exportedColumns(snapshot.schema, columns), truncated: rows.length > 0 };
  }

  private async fromWarehouse(
    table: WarehouseTable,
    request: ExportTableRequest & { limit: number },
    give: Give,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<void> {
    const version = (await table.commitAt(timeTravel(request), signal)).whole('version') ?? 0;
    const { limit, columns, filters } = request;
    const chosen = columns === undefined ? {} : { columns };
    const where = filters === undefined ? {} : { filters };
    try {
      const { result, blocks } = await table.readMany({ version, limit, ...chosen, ...where }, signal);
      tell({ version, truncated: result.truncated || result.rowCount > limit });
      const file = new EncodedFile(request.format, result.columns, give);
      let left = limit;
      for await (const block of blocks) {
        await file.rows(withFirst(block, left));
        left -= Math.min(left, block.count);
      }
      await file.end();
    } catch (error) {
      throw error instanceof ExportFailed ? new NotExported(error) : error;
    }
  }

  /** Answers what to call when the export has ended. */
  private enter({ userId }: UserCaller): () => void {
    const others = this.underWay.get(userId) ?? 0;
    if (others >= defaults.exportsAtOnce) throw new TooManyExports(defaults.exportsAtOnce);
    this.underWay.set(userId, others + 1);
    return () => {
      const left = (this.underWay.get(userId) ?? 1) - 1;
      if (left === 0) this.underWay.delete(userId);
      else this.underWay.set(userId, left);
    };
  }
}

/** Rows in, bytes out: what stands before the rows goes out with the first of them, so that until then a failure can be told. */
class EncodedFile {
  private readonly encoder: ReturnType<typeof encoderOf>;
  private before: Uint8Array;

  constructor(
    format: ExportFormat,
    columns: readonly ResultColumnType[],
    private readonly give: Give,
  ) {
    this.encoder = encoderOf(format, columns);
    this.before = this.encoder.begin();
  }

  async rows(block: RowBlock): Promise<void> {
    const piece = await this.encoder.rows(block);
    if (piece.length > 0) await this.out(piece);
  }

  async end(): Promise<void> {
    await this.out(await this.encoder.end());
  }

  private out(piece: Uint8Array): Promise<void> {
    const { before } = this;
    this.before = NOTHING;
    return this.give(before.length === 0 ? piece : Buffer.concat([before, piece]));
  }
}

class NotExported extends DomainError {
  constructor(cause: ExportFailed) {
    super({ kind: 'upstream', code: 'UPSTREAM_ERROR', message: cause.message, cause });
  }
}

/** The last part of what names the table, as far as a file may be called so. */
function nameOf({ full_name: fullName, path = '' }: TableSourceDto): string {
  const last = fullName?.split('.').at(-1) ?? path.split('/').findLast((part) => part !== '') ?? '';
  return last.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_').slice(0, 80) || 'table';
}
