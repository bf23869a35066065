import type { Value } from '../duckdb/duckdb';
import { asRecord, parseJson } from '../json/lossless-json';
import type { LogFile } from '../log/actions';
import type { JsonValue, StructField } from '../schema/types';
import type { TableLayout } from '../table/table-layout';
import { toJson } from './json-value';
import { partitionValue } from './partition-value';

/** Makes rows of the asked columns from the stored ones of a file and its partition values. */
export class RowShape {
  /** The columns that are in the files, in the order `row` takes their values. */
  readonly stored: readonly StructField[];
  private readonly position: ReadonlyMap<StructField, number>;
  private last: { file: LogFile; constants: ReadonlyMap<StructField, JsonValue> } | undefined;

  constructor(
    private readonly layout: TableLayout,
    private readonly fields: readonly StructField[],
  ) {
    this.stored = fields.filter((field) => !layout.isPartition(field) && field.type !== 'void');
    this.position = new Map(this.stored.map((field, index) => [field, index]));
  }

  row(file: LogFile, values: readonly Value[]): JsonValue[] {
    const constants = this.constantsOf(file);
    return this.fields.map((field) => {
      const at = this.position.get(field);
      return at === undefined
        ? (constants.get(field) ?? null)
        : toJson(values[at] ?? null, field.type, this.layout.names);
    });
  }

  /** Rows come file by file, so the values of the last one are enough to remember. */
  private constantsOf(file: LogFile): ReadonlyMap<StructField, JsonValue> {
    if (this.last?.file === file) return this.last.constants;
    const values = asRecord(parseJson(file.partitionValues)) ?? {};
    const constants = new Map(
      this.fields
        .filter((field) => !this.position.has(field))
        .map((field) => [field, partitionValue(this.layout.partitionText(values, field), field.type)]),
    );
    this.last = { file, constants };
    return constants;
  }
}
