import type { Json, Row } from './parquet';
import type { ModelFile } from './table-builder';

export interface Field {
  name: string;
  type: Json;
  metadata?: Row;
}

export function schema(fields: readonly Field[]): { type: string; fields: Json } {
  return {
    type: 'struct',
    fields: fields.map(({ name, type, metadata }) => ({ name, type, nullable: true, metadata: metadata ?? {} })),
  };
}

export function protocol(readerFeatures: readonly string[], writerFeatures: readonly string[] = []): Json {
  if (readerFeatures.length === 0 && writerFeatures.length === 0) {
    return { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
  }
  const protocolAction = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures };
  return { protocol: { ...protocolAction, writerFeatures: [...readerFeatures, ...writerFeatures] } };
}

export function metaData(id: string, fields: readonly Field[], configuration: Row = {}): Json {
  return {
    metaData: {
      id,
      format: { provider: 'parquet', options: {} },
      schemaString: JSON.stringify(schema(fields)),
      partitionColumns: [],
      configuration,
      createdTime: 1_767_225_600_000,
    },
  };
}

export interface Vector {
  storageType: string;
  pathOrInlineDv: string;
  offset?: number;
  sizeInBytes: number;
  cardinality: number;
}

function entry(file: ModelFile, more: Row): Row {
  return { path: file.path, partitionValues: {}, size: file.size, dataChange: true, ...more };
}

export function add(file: ModelFile, more: { path?: string; deletionVector?: Vector; stats?: boolean } = {}): Json {
  const { stats = true, ...changed } = more;
  const text: Row = stats ? { stats: JSON.stringify({ numRecords: file.records }) } : {};
  return { add: entry(file, { modificationTime: 1_767_225_600_000, ...text, ...vectorless(changed) }) };
}

export function remove(file: ModelFile, more: { path?: string; deletionVector?: Vector } = {}): Json {
  return { remove: entry(file, { deletionTimestamp: 1_767_225_600_000, ...vectorless(more) }) };
}

function vectorless({ path, deletionVector }: { path?: string; deletionVector?: Vector }): Row {
  return {
    ...(path === undefined ? {} : { path }),
    ...(deletionVector === undefined ? {} : { deletionVector: { ...deletionVector } }),
  };
}
