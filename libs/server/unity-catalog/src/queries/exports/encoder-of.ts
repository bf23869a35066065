import type { ResultColumnType } from '../query-record';
import { ParquetEncoder } from './parquet-encoder';
import type { ExportFormat, RowEncoder } from './row-encoder';
import { CsvEncoder, JsonEncoder } from './text-encoders';

export function encoderOf(format: ExportFormat, columns: readonly ResultColumnType[]): RowEncoder {
  switch (format) {
    case 'csv':
      return new CsvEncoder(columns);
    case 'json':
      return new JsonEncoder(columns);
    case 'parquet':
      return new ParquetEncoder(columns);
  }
}
