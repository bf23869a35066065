import { InvalidRequest, UnsupportedTableFeature } from '../errors';
import { unsupportedReaderFeatures } from '../features/reader-features';
import { asRecord, asText } from '../json/lossless-json';
import type { LogFile, MetadataAction } from '../log/actions';
import type { CommitTime } from '../log/commit-times';
import type { LogState } from '../log/log-state';
import { statedRows } from '../preview/row-counts';
import { pickWindows } from '../preview/row-windows';
import { openRelation, type TableRelation } from '../relation/table-relation';
import { typeText, type StructType } from '../schema/types';
import type { Storage } from '../storage/storage';
import { compareBytes } from '../storage/storage-path';
import type { DeltaEngine } from './delta-engine';
import { fileView } from './file-view';
import type {
  ActiveFile,
  ApplicationTransaction,
  CommitInfoView,
  PreviewOptions,
  PreviewResult,
  Snapshot,
  TableMetadata,
  TableProtocol,
} from './snapshot';
import { TableLayout } from './table-layout';

/** Files without a row count whose footers are read to count exactly. */
const MAX_COUNTED_FOOTERS = 1_000;
const MAX_PREVIEW_ROWS = 10_000;

export interface SnapshotSource {
  engine: DeltaEngine;
  storage: Storage;
  state: LogState;
  protocol: TableProtocol;
  metadata: MetadataAction;
  time: CommitTime;
  logBytes: number;
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
  private sorted: LogFile[] | undefined;

  constructor(private readonly source: SnapshotSource) {
    const { state, metadata } = source;
    this.version = state.version;
    this.timestamp = source.time.timestamp;
    this.timestampSource = source.time.source;
    this.protocol = source.protocol;
    this.layout = new TableLayout(metadata);
    this.schema = this.layout.schema;
    this.metadata = {
      id: metadata.id,
      name: metadata.name,
      description: metadata.description,
      createdAt: metadata.createdTime === undefined ? undefined : new Date(metadata.createdTime),
      partitionColumns: metadata.partitionColumns,
      properties: metadata.configuration,
    };
    const totals = { bytes: 0n, vectors: 0 };
    for (const file of state.files.values()) {
      totals.bytes += BigInt(file.sizeBytes);
      if (file.deletionVector !== undefined) totals.vectors += 1;
    }
    this.numFiles = state.files.size;
    this.sizeBytes = totals.bytes;
    this.deletionVectorFiles = totals.vectors;
    this.lastCommit = lastCommit(state);
    this.checkpointVersion = state.checkpointVersion;
    this.logBytes = source.logBytes;
    this.unsupportedReaderFeatures = unsupportedReaderFeatures(source.protocol);
  }

  async countRows(options: { signal?: AbortSignal } = {}): Promise<{ rows: bigint; exact: boolean }> {
    let rows = 0n;
    const uncounted: LogFile[] = [];
    for (const file of this.source.state.files.values()) {
      const stated = statedRows(file);
      if (stated === undefined) uncounted.push(file);
      else rows += stated - (file.deletionVector?.cardinality ?? 0n);
    }
    const { engine, storage } = this.source;
    const counted = uncounted.slice(0, MAX_COUNTED_FOOTERS);
    for (const [index, physical] of (await engine.rowCounts.physical(storage, counted, options.signal)).entries()) {
      rows += BigInt(physical) - (counted[index]?.deletionVector?.cardinality ?? 0n);
    }
    return { rows, exact: uncounted.length <= MAX_COUNTED_FOOTERS };
  }

  async files(options: { limit?: number; offset?: number; signal?: AbortSignal } = {}): Promise<ActiveFile[]> {
    options.signal?.throwIfAborted();
    const offset = wholeNumber(options.offset ?? 0, 'offset', 0);
    const end = options.limit === undefined ? undefined : offset + wholeNumber(options.limit, 'limit', 0);
    return this.inOrder()
      .slice(offset, end)
      .map((file) => fileView(file, this.layout));
  }

  async preview(options: PreviewOptions): Promise<PreviewResult> {
    const limit = wholeNumber(options.limit, 'limit', 1);
    const offset = wholeNumber(Number(options.offset ?? 0), 'offset', 0);
    if (limit > MAX_PREVIEW_ROWS) throw new InvalidRequest(`limit may be at most ${MAX_PREVIEW_ROWS}`);
    this.refuseUnsupported();
    const { engine, storage } = this.source;
    const fields = this.layout.fields(options.columns);
    const { windows, hasMore } = await pickWindows(this.inOrder(), { offset, limit }, (files) =>
      engine.rowCounts.physical(storage, files, options.signal),
    );
    const rows = await engine.previewer.read(storage, this.layout, fields, windows, options.signal);
    return {
      columns: fields.map((field) => ({ name: field.name, type: typeText(field.type) })),
      rows,
      nextOffset: hasMore ? offset + rows.length : undefined,
    };
  }

  /**
   * This version for another DuckDB, on a storage of this machine: deletion vectors, column mapping, widened types and
   * partition values are taken care of by the view it makes.
   */
  async relation(options: { signal?: AbortSignal } = {}): Promise<TableRelation> {
    this.refuseUnsupported();
    const { engine, storage } = this.source;
    return openRelation(storage, this.layout, this.inOrder(), engine, options.signal);
  }

  /** Files by their places in the relation of this version. */
  filesAt(places: readonly number[]): LogFile[] {
    const files = this.inOrder();
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

  /** Byte order of paths is the same whichever checkpoint a version is rebuilt from, so pages stay where they are. */
  private inOrder(): LogFile[] {
    this.sorted ??= [...this.source.state.files.values()].sort((left, right) => compareBytes(left.path, right.path));
    return this.sorted;
  }
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
