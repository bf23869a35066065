import type { DataType, HistoryEntry, JsonValue, StructField } from '@lakescope/delta';
import type { EngineTableEntry } from '../engine-catalog';
import { fromDelta } from '../failures/delta-failure';
import { catalogTypeText } from '../language/spark-types';
import type { Statement } from '../language/statement';
import type { Session } from '../language/statement-scope';
import type { Relations } from '../relations/relations';
import { resolveName } from '../relations/resolve-name';
import { RowsResult } from '../results/rows-result';
import type { SqlRequest, SqlRow } from '../sql-request';

type Describe<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

const DESCRIBED: readonly (readonly [string, DataType])[] = [
  ['col_name', 'string'],
  ['data_type', 'string'],
  ['comment', 'string'],
];
const TEXTS: DataType = { type: 'array', elementType: 'string', containsNull: true };
const TEXT_BY_TEXT: DataType = { type: 'map', keyType: 'string', valueType: 'string', valueContainsNull: true };
const DEFAULT_HISTORY = 1_000;

const DETAIL: readonly (readonly [string, DataType])[] = [
  ['format', 'string'],
  ['id', 'string'],
  ['name', 'string'],
  ['description', 'string'],
  ['location', 'string'],
  ['createdAt', 'timestamp'],
  ['lastModified', 'timestamp'],
  ['partitionColumns', TEXTS],
  ['clusteringColumns', TEXTS],
  ['numFiles', 'long'],
  ['sizeInBytes', 'long'],
  ['properties', TEXT_BY_TEXT],
  ['minReaderVersion', 'integer'],
  ['minWriterVersion', 'integer'],
  ['tableFeatures', TEXTS],
  ['statistics', { type: 'map', keyType: 'string', valueType: 'long', valueContainsNull: true }],
];

function struct(...names: readonly string[]): DataType {
  return {
    type: 'struct',
    fields: names.map((name): StructField => ({ name, type: 'string', nullable: true, metadata: {} })),
  };
}

const HISTORY: readonly (readonly [string, DataType])[] = [
  ['version', 'long'],
  ['timestamp', 'timestamp'],
  ['userId', 'string'],
  ['userName', 'string'],
  ['operation', 'string'],
  ['operationParameters', TEXT_BY_TEXT],
  ['job', struct('jobId', 'jobName', 'jobRunId', 'runId', 'jobOwnerId', 'triggerType')],
  ['notebook', struct('notebookId')],
  ['clusterId', 'string'],
  ['readVersion', 'long'],
  ['isolationLevel', 'string'],
  ['isBlindAppend', 'boolean'],
  ['operationMetrics', TEXT_BY_TEXT],
  ['userMetadata', 'string'],
  ['engineInfo', 'string'],
];

/** DESCRIBE TABLE, DETAIL and HISTORY. */
export class DescribeCommands {
  constructor(private readonly relations: Relations) {}

  async table(statement: Describe<'describe'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const entry = await this.entry(statement, request, session);
    const rows: SqlRow[] = entry.columns.map(columnRow);
    if (entry.partitionColumns.length > 0) {
      const wanted = new Set(entry.partitionColumns.map((name) => name.toLowerCase()));
      rows.push(['# Partition Information', '', ''], ['# col_name', 'data_type', 'comment']);
      rows.push(...entry.columns.filter((column) => wanted.has(column.name.toLowerCase())).map(columnRow));
    }
    if (statement.isExtended) rows.push(...extendedRows(entry));
    return new RowsResult(DESCRIBED, rows, request.rowLimit);
  }

  async detail(statement: Describe<'describe-detail'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const entry = await this.entry(statement, request, session);
    const table = await this.relations.open(entry, request.signal);
    const name = [entry.catalog, entry.schema, entry.name];
    try {
      const { metadata, protocol, numFiles, sizeBytes, timestamp } = await table.snapshot(
        {},
        { signal: request.signal },
      );
      const features = [...new Set([...protocol.readerFeatures, ...protocol.writerFeatures])].sort();
      const row = [
        'delta',
        metadata.id,
        name.join('.'),
        metadata.description ?? (entry.comment === '' ? null : entry.comment),
        entry.storageLocation ?? null,
        isoTime(metadata.createdAt ?? new Date(entry.createdAt)),
        isoTime(timestamp),
        JSON.stringify(metadata.partitionColumns),
        '[]',
        String(numFiles),
        String(sizeBytes),
        JSON.stringify(metadata.properties),
        String(protocol.minReaderVersion),
        String(protocol.minWriterVersion),
        JSON.stringify(features),
        '{}',
      ];
      return new RowsResult(DETAIL, [row], request.rowLimit);
    } catch (error) {
      throw fromDelta(error, name);
    }
  }

  async history(statement: Describe<'describe-history'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const entry = await this.entry(statement, request, session);
    const table = await this.relations.open(entry, request.signal);
    const limit = Math.min(statement.limit ?? DEFAULT_HISTORY, DEFAULT_HISTORY);
    if (limit === 0) return new RowsResult(HISTORY, []);
    try {
      const { items } = await table.history({ limit, signal: request.signal });
      return new RowsResult(HISTORY, items.map(historyRow), request.rowLimit);
    } catch (error) {
      throw fromDelta(error, [entry.catalog, entry.schema, entry.name]);
    }
  }

  private entry(
    { table }: Describe<'describe' | 'describe-detail' | 'describe-history'>,
    { caller }: SqlRequest,
    session: Session,
  ): Promise<EngineTableEntry> {
    const name = resolveName(table.parts, session, table.place);
    return this.relations.tableFor(caller, 'SELECT', name, table.place);
  }
}

function columnRow(column: StructField): SqlRow {
  const comment = column.metadata['comment'];
  return [column.name, catalogTypeText(column.type), typeof comment === 'string' ? comment : null];
}

function extendedRows(entry: EngineTableEntry): SqlRow[] {
  const facts: [string, string | undefined][] = [
    ['Catalog', entry.catalog],
    ['Database', entry.schema],
    ['Table', entry.name],
    ['Created Time', new Date(entry.createdAt).toUTCString()],
    ['Created By', entry.createdBy],
    ['Type', entry.tableType],
    ['Comment', entry.comment === '' ? undefined : entry.comment],
    ['Location', entry.storageLocation],
    ['Provider', entry.format?.toLowerCase()],
    ['Owner', entry.owner],
    ['Is_managed_location', entry.tableType === 'MANAGED' ? 'true' : undefined],
    ['View Text', entry.viewDefinition],
  ];
  return [
    ['', '', ''],
    ['# Detailed Table Information', '', ''],
    ...facts.flatMap(([name, value]): SqlRow[] => (value === undefined ? [] : [[name, value, '']])),
  ];
}

function historyRow(entry: HistoryEntry): SqlRow {
  return [
    String(entry.version),
    isoTime(entry.timestamp),
    entry.userId ?? null,
    entry.userName ?? null,
    entry.operation ?? null,
    JSON.stringify(texts(entry.operationParameters)),
    entry.job === undefined ? null : JSON.stringify(entry.job),
    entry.notebook === undefined ? null : JSON.stringify(entry.notebook),
    entry.clusterId ?? null,
    entry.readVersion === undefined ? null : String(entry.readVersion),
    entry.isolationLevel ?? null,
    entry.isBlindAppend === undefined ? null : String(entry.isBlindAppend),
    JSON.stringify(entry.operationMetrics),
    entry.userMetadata ?? null,
    entry.engineInfo ?? null,
  ];
}

function texts(values: Readonly<Record<string, JsonValue>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value === null || typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function isoTime(date: Date): string {
  return date.toISOString();
}
