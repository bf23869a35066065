import { InvalidRequest } from '../errors';
import { asText, type JsonRecord } from '../json/lossless-json';
import type { MetadataAction } from '../log/actions';
import { ColumnNames } from '../schema/column-names';
import { parseSchema } from '../schema/parse-schema';
import type { StructField, StructType } from '../schema/types';

/** Schema, partitioning and column mapping of one version, as reading needs them together. */
export class TableLayout {
  readonly schema: StructType;
  readonly names: ColumnNames;
  private readonly partitions: ReadonlySet<string>;

  constructor(metadata: MetadataAction) {
    this.schema = parseSchema(metadata.schemaString ?? 'null');
    this.names = new ColumnNames(metadata.configuration);
    this.partitions = new Set(metadata.partitionColumns.map((name) => name.toLowerCase()));
  }

  /** Column names compare without case, as in the engines that write them. */
  isPartition(field: StructField): boolean {
    return this.partitions.has(field.name.toLowerCase());
  }

  get partitionFields(): StructField[] {
    return this.schema.fields.filter((field) => this.isPartition(field));
  }

  /** Missing, null and empty are null for every type (PROTOCOL.md, "Partition Value Serialization"). */
  partitionText(values: JsonRecord, field: StructField): string | null {
    const name = this.names.physical(field);
    const key = name in values ? name : Object.keys(values).find((key) => key.toLowerCase() === name.toLowerCase());
    return key === undefined ? null : asText(values[key]) || null;
  }

  /** The partition columns of these names; InvalidRequest for any other name. */
  partitionFilter(values: Readonly<Record<string, string | null>>): { field: StructField; value: string | null }[] {
    return Object.entries(values).map(([name, value]) => {
      const [field] = this.fields([name]);
      if (field === undefined || !this.isPartition(field)) {
        throw new InvalidRequest(`The table is not partitioned by ${JSON.stringify(name)}`);
      }
      return { field, value: value === '' ? null : value };
    });
  }

  fields(columns: readonly string[] | undefined): StructField[] {
    if (columns === undefined) return this.schema.fields;
    return columns.map((name) => {
      const field =
        this.schema.fields.find((candidate) => candidate.name === name) ??
        this.schema.fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (field === undefined) throw new InvalidRequest(`The table has no column ${JSON.stringify(name)}`);
      return field;
    });
  }
}
