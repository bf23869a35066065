import { asRecord, parseJson, type JsonRecord } from '../json/lossless-json';
import type { LogFile } from '../log/actions';
import { statedRows } from '../preview/row-counts';
import type { JsonValue, StructField } from '../schema/types';
import type { ActiveFile, FileStatistics } from './snapshot';
import type { TableLayout } from './table-layout';

/** A file of the log for people: statistics and partition values parsed and under logical names. */
export function fileView(file: LogFile, layout: TableLayout): ActiveFile {
  const partition = asRecord(parseJson(file.partitionValues)) ?? {};
  return {
    path: file.path,
    sizeBytes: BigInt(file.sizeBytes),
    modifiedAt: new Date(file.modifiedAt),
    partitionValues: Object.fromEntries(
      layout.partitionFields.map((field) => [field.name, layout.partitionText(partition, field)]),
    ),
    numRecords: statedRows(file),
    stats: file.stats === undefined ? undefined : statistics(file.stats, layout),
    deletionVector: file.deletionVector,
  };
}

function statistics(text: string, layout: TableLayout): FileStatistics | undefined {
  try {
    const stats = asRecord(parseJson(text));
    return stats && namedStatistics(stats, text, layout);
  } catch {
    // Broken statistics, also such as are nested without an end, are as good as none.
    return undefined;
  }
}

function namedStatistics(stats: JsonRecord, text: string, layout: TableLayout): FileStatistics {
  const named = (key: string): Record<string, JsonValue> | undefined => {
    const values = asRecord(stats[key]);
    return values && logical(values, layout.schema.fields, layout);
  };
  return {
    numRecords: statedRows({ stats: text }),
    minValues: named('minValues'),
    maxValues: named('maxValues'),
    nullCount: named('nullCount'),
    tightBounds: stats['tightBounds'] !== false,
  };
}

/** Renames physical names to logical ones, level by level; what the schema does not know keeps its name. */
function logical(values: JsonRecord, fields: readonly StructField[], layout: TableLayout): JsonRecord {
  const byPhysical = new Map(fields.map((field) => [layout.names.physical(field), field]));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field = byPhysical.get(name);
      const nested = asRecord(value);
      const isStruct = field !== undefined && typeof field.type !== 'string' && field.type.type === 'struct';
      const children =
        isStruct && typeof field.type !== 'string' && field.type.type === 'struct' ? field.type.fields : [];
      return [field?.name ?? name, nested === undefined ? value : logical(nested, children, layout)];
    }),
  );
}
