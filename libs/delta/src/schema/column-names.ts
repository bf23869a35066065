import { asNumber } from '../json/lossless-json';
import { physicalName, type StructField } from './types';

export type ColumnMappingMode = 'none' | 'name' | 'id';

/** How the columns of a table are found in its files: PROTOCOL.md, "Column Mapping". */
export class ColumnNames {
  readonly mode: ColumnMappingMode;

  constructor(properties: Readonly<Record<string, string>>) {
    const mode = properties['delta.columnMapping.mode']?.toLowerCase();
    this.mode = mode === 'name' || mode === 'id' ? mode : 'none';
  }

  /** The name inside files, statistics and partition values. */
  physical = (field: StructField): string => (this.mode === 'none' ? field.name : physicalName(field));

  /** The parquet field id, which tables in id mode are read by. */
  fieldId(field: StructField): number | undefined {
    return this.mode === 'id' ? asNumber(field.metadata['delta.columnMapping.id']) : undefined;
  }
}
