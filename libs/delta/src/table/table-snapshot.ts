import { InvalidRequest, UnsupportedTableFeature } from '../errors';
import { unsupportedReaderFeatures } from '../features/reader-features';
import { asRecord, asText } from '../json/lossless-json';
import type { FileFilter } from '../files/file-filter';
import type { CountPhysicalRows, FileIndex } from '../files/file-index';
import type { LogFile, MetadataAction } from '../log/actions';
import type { CommitTime } from '../log/commit-times';
import type { LogListing } from '../log/log-listing';
import type { FileIdentity, LogState } from '../log/log-state';
import type { TakeRows } from '../preview/previewer';
import { pickWindows } from '../preview/row-windows';
import { retentionOf } from '../log/tombstones';
import { openRelation, type TableRelation } from '../relation/table-relation';
import { typeText, type JsonValue, type StructField, type StructType } from '../schema/types';
import type { Storage } from '../storage/storage';
import type { DeltaEngine } from './delta-engine';
import { fileView } from './file-view';
import type {
  ApplicationTransaction,
  CommitInfoView,
  FilesPage,
  FilesQuery,
  FileSummary,
  Filter,
  PreviewOptions,
  PreviewResult,
  ReadRowsOptions,
  Snapshot,
  TableMetadata,
  TableProtocol,
  Tombstones,
} from './snapshot';
import type { TableLayout } from './table-layout';

/** Files without a row count whose footers are read to count exactly. */
const MAX_COUNTED_FOOTERS = 1_000;
const MAX_PREVIEW_ROWS = 10_000;

export interface SnapshotSource {
  engine: DeltaEngine;
  storage: Storage;
  state: LogState;
  layout: TableLayout;
  index: FileIndex;
  protocol: TableProtocol;
  metadata: MetadataAction;
  time: CommitTime;
  listing: LogListing;
}

/** A version rebuilt from the log. */
export class TableSnapshot implements Snapshot {
  readonly version: number;
  readonly timestamp: Date;
  readonly timestampSource: 'in-commit' | 'file';
  readonly protocol: TableProtocol;
  readonly metadata: TableMetadata;
  readonly schema: StructType;
  readonly numFiles: number;
  readonly sizeBytes: bigint;
  readonly deletionVectorFiles: number;
  readonly lastCommit: CommitInfoView | undefined;
  readonly checkpointVersion: number | undefined;
  readonly logBytes: number;
  readonly unsupportedReaderFeatures: string[];
  private readonly layout: TableLayout;
  private readonly index: FileIndex;

  constructor(private readonly source: SnapshotSource) {
    const { state, metadata } = source;
    this.version = state.version;
    this.timestamp = source.time.timestamp;
    this.timestampSource = source.time.source;
    this.protocol = source.protocol;
    this.layout = source.layout;
    this.schema = this.layout.schema;
    this.metadata = {
      id: metadata.id,
      name: metadata.name,
      description: metadata.description,
      createdAt: metadata.createdTime === undefined ? undefined : new Date(metadata.createdTime),
      partitionColumns: metadata.partitionColumns,
      properties: metadata.configuration,
    };
    this.index = source.index;
    this.numFiles = this.index.totals.files;
    this.sizeBytes = this.index.totals.bytes;
    this.deletionVectorFiles = this.index.totals.deletionVectors;
    this.lastCommit = lastCommit(state);
    this.checkpointVersion = state.checkpointVersion;
    this.logBytes = source.listing.sizeBytes;
    this.unsupportedReaderFeatures = unsupportedReaderFeatures(source.protocol);
  }

  async countRows(options: { signal?: AbortSignal } = {}): Promise<{ rows: bigint; exact: boolean }> {
    const stated = await this.index.statedRows(options.signal);
    const counted = stated.uncounted === 0 ? [] : await this.index.uncounted(MAX_COUNTED_FOOTERS, options.signal);
    let { rows } = stated;
    for (const [index, physical] of (await this.physicalRows(options.signal)(counted)).entries()) {
      rows += BigInt(physical) - (counted[index]?.deletionVector?.cardinality ?? 0n);
    }
    return { rows, exact: stated.uncounted <= MAX_COUNTED_FOOTERS };
  }

  async files(query: FilesQuery = {}): Promise<FilesPage> {
    query.signal?.throwIfAborted();
    const { files, total } = await this.index.page(
      {
        offset: wholeNumber(query.offset ?? 0, 'offset', 0),
        limit: query.limit === undefined ? undefined : wholeNumber(query.limit, 'limit', 0),
        order: query.sort?.by ?? 'path',
        descending: query.sort?.descending ?? false,
        partition: this.layout.partitionFilter(query.partition ?? {}),
        filter: await this.filter(query.where, query.signal),
      },
      query.signal,
    );
    return { items: files.map((file) => fileView(file, this.layout)), total };
  }

  async fileSummary(options: { signal?: AbortSignal } = {}): Promise<FileSummary> {
    options.signal?.throwIfAborted();
    return this.index.summary(options.signal);
  }

  async tombstones(options: { now?: Date; signal?: AbortSignal } = {}): Promise<Tombstones> {
    const { engine, storage, listing, metadata } = this.source;
    const retention = retentionOf(metadata.configuration);
    const since = (options.now?.getTime() ?? Date.now()) - retention;
    return engine.log.tombstones(storage, listing, this.version, since, options.signal);
  }

  async preview(options: PreviewOptions): Promise<PreviewResult> {
    const limit = wholeNumber(options.limit, 'limit', 1);
    const offset = wholeNumber(Number(options.offset ?? 0), 'offset', 0);
    if (limit > MAX_PREVIEW_ROWS) throw new InvalidRequest(`limit may be at most ${MAX_PREVIEW_ROWS}`);
    this.refuseUnsupported();
    const fields = this.layout.fields(options.columns);
    const filter = await this.filter(options.filters, options.signal);
    const page = { offset, limit };
    const { rows, hasMore, filesRead, filesSkipped } =
      filter === undefined
        ? await this.window(fields, page, options.signal)
        : await this.matchingRows(fields, filter, page, options.signal);
    return {
      columns: fields.map((field) => ({ name: field.name, type: typeText(field.type) })),
      rows,
      nextOffset: hasMore ? offset + rows.length : undefined,
      filesRead,
      filesSkipped,
    };
  }

  async readRows(options: ReadRowsOptions, take: TakeRows): Promise<{ hasMore: boolean }> {
    const limit = wholeNumber(options.limit, 'limit', 1);
    this.refuseUnsupported();
    const fields = this.layout.fields(options.columns);
    const { signal } = options;
    const filter = await this.filter(options.filters, signal);
    const { engine, storage } = this.source;
    if (filter !== undefined) {
      const { files } = await this.index.matching(filter, signal);
      const hasMore = await engine.matchingRows.each(storage, this.layout, fields, filter, files, limit, take, signal);
      return { hasMore };
    }
    const count = this.physicalRows(signal);
    const { windows, hasMore } = await pickWindows(await this.index.fromRow(0, count, signal), limit, count);
    await engine.previewer.each(storage, this.layout, fields, windows, take, signal);
    return { hasMore };
  }

  /**
   * This version for another DuckDB, on a storage of this machine: deletion vectors, column mapping, widened types and
   * partition values are taken care of by the view it makes.
   */
  async relation(options: { signal?: AbortSignal } = {}): Promise<TableRelation> {
    this.refuseUnsupported();
    const { engine, storage } = this.source;
    return openRelation(storage, this.layout, await this.index.all(options.signal), engine, options.signal);
  }

  /** Bytes of those of the named files that this version has, by the same keys. */
  fileSizes(
    named: ReadonlyMap<string, FileIdentity>,
    options: { signal?: AbortSignal } = {},
  ): Promise<ReadonlyMap<string, number>> {
    return this.index.sizes(named, options.signal);
  }

  /** All files in byte order of their paths; of their statistics only the record count. */
  allFiles(options: { signal?: AbortSignal } = {}): Promise<readonly LogFile[]> {
    return this.index.all(options.signal);
  }

  /** Files by their places in the relation of this version. */
  async filesAt(places: readonly number[], options: { signal?: AbortSignal } = {}): Promise<LogFile[]> {
    const files = await this.allFiles(options);
    return places.map((place) => {
      const file = files[place];
      if (file === undefined) throw new InvalidRequest(`The version has no file ${place}`);
      return file;
    });
  }

  /** The newest batch an application has put into the table. */
  lastTransaction(appId: string): bigint | undefined {
    return this.source.state.transactions.get(appId)?.version;
  }

  get domains(): ReadonlyMap<string, string> {
    return this.source.state.domains;
  }

  get transactions(): readonly ApplicationTransaction[] {
    return [...this.source.state.transactions.values()];
  }

  private refuseUnsupported(): void {
    if (this.unsupportedReaderFeatures.length > 0) throw new UnsupportedTableFeature(this.unsupportedReaderFeatures);
    const { formatProvider } = this.source.metadata;
    if (formatProvider !== 'parquet') throw new UnsupportedTableFeature([`format ${formatProvider}`]);
  }

  private async filter(
    filters: readonly Filter[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<FileFilter | undefined> {
    if (filters === undefined || filters.length === 0) return undefined;
    return this.source.engine.fileIndexes.filter(this.layout, filters, signal);
  }

  private async window(
    fields: readonly StructField[],
    { offset, limit }: { offset: number; limit: number },
    signal: AbortSignal | undefined,
  ): Promise<PageRows> {
    const { engine, storage } = this.source;
    const count = this.physicalRows(signal);
    const { windows, hasMore } = await pickWindows(await this.index.fromRow(offset, count, signal), limit, count);
    const rows = await engine.previewer.read(storage, this.layout, fields, windows, signal);
    return { rows, hasMore, filesRead: windows.length, filesSkipped: 0 };
  }

  private async matchingRows(
    fields: readonly StructField[],
    filter: FileFilter,
    page: { offset: number; limit: number },
    signal: AbortSignal | undefined,
  ): Promise<PageRows> {
    const { engine, storage } = this.source;
    const { total, files } = await this.index.matching(filter, signal);
    const found = await engine.matchingRows.read(storage, this.layout, fields, filter, files, page, signal);
    return { ...found, filesSkipped: this.numFiles - total };
  }

  private physicalRows(signal: AbortSignal | undefined): CountPhysicalRows {
    const { engine, storage } = this.source;
    return (files) => engine.rowCounts.physical(storage, files, signal);
  }
}

interface PageRows {
  rows: JsonValue[][];
  hasMore: boolean;
  filesRead: number;
  filesSkipped: number;
}

function lastCommit(state: LogState): CommitInfoView | undefined {
  const info = state.commitInfo;
  if (info === undefined) return undefined;
  return {
    version: state.version,
    timestamp: typeof info['timestamp'] === 'number' ? new Date(info['timestamp']) : undefined,
    operation: asText(info['operation']),
    operationParameters: asRecord(info['operationParameters']) ?? {},
    userName: asText(info['userName']),
    engineInfo: asText(info['engineInfo']),
  };
}

function wholeNumber(value: number, name: string, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InvalidRequest(`${name} must be a whole number from ${least}`);
  }
  return value;
}
