import { ApiProperty } from '@nestjs/swagger';
import { clusteringColumns, typeText, type Snapshot, type StructField } from '@lakescope/delta';
import { clusteringTree, type ClusteringNode } from './clustering-tree';
import { TableFieldDto } from './table-field.dto';
import { VIAS, type Via } from './via';

/** A column of a table. */
export class TableColumnDto {
  /** Name of the column. */
  @ApiProperty({ example: 'iata' })
  name!: string;

  /** Type in Delta's words. */
  @ApiProperty({ example: 'decimal(10,2)' })
  type!: string;

  /** Whether it may be null; null where the warehouse does not tell. */
  @ApiProperty({ type: Boolean, nullable: true })
  nullable!: boolean | null;

  /** What its owner says about it. */
  comment!: string | null;

  /** Place among the partition columns, counted from 0; null when it is none. */
  @ApiProperty({ type: 'integer', nullable: true })
  partition_index!: number | null;

  /** Name inside the files, when it differs from the name. */
  physical_name!: string | null;

  /** How it is computed, for a generated column. */
  generation_expression!: string | null;

  /** Place among the columns the table is clustered by, counted from 0; null when it is none. */
  @ApiProperty({ type: 'integer', nullable: true })
  clustering_index!: number | null;

  /** Everything else the schema says about the column. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata!: Record<string, unknown>;

  /** What is inside of a nested type, level by level; null where the warehouse does not tell. */
  @ApiProperty({ type: () => [TableFieldDto], nullable: true })
  fields!: TableFieldDto[] | null;

  static from(
    field: StructField,
    partitionColumns: readonly string[],
    clustering: ClusteringNode | undefined,
  ): TableColumnDto {
    const own = TableFieldDto.from(field, clustering);
    const dto = new TableColumnDto();
    dto.name = own.name;
    dto.type = typeText(field.type);
    dto.nullable = own.nullable;
    dto.comment = own.comment;
    dto.partition_index = partitionIndexOf(field.name, partitionColumns);
    dto.physical_name = own.physical_name;
    dto.generation_expression = own.generation_expression;
    dto.clustering_index = own.clustering_index;
    dto.metadata = own.metadata;
    dto.fields = own.fields;
    return dto;
  }

  /** What the warehouse tells of a column. */
  static fromWarehouse(
    { name, type }: { name: string; type: string },
    comment: string | null,
    partitionColumns: readonly string[],
  ): TableColumnDto {
    const dto = new TableColumnDto();
    dto.name = name;
    dto.type = type;
    dto.nullable = null;
    dto.comment = comment;
    dto.partition_index = partitionIndexOf(name, partitionColumns);
    dto.physical_name = null;
    dto.generation_expression = null;
    dto.clustering_index = null;
    dto.metadata = {};
    dto.fields = null;
    return dto;
  }
}

/** The columns of one version of a table. */
export class TableSchemaDto {
  /** How the table was read. */
  @ApiProperty({ enum: VIAS })
  via!: Via;

  /** Version whose columns these are. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** The columns, in their order. */
  @ApiProperty({ type: () => [TableColumnDto] })
  columns!: TableColumnDto[];

  static from(snapshot: Snapshot): TableSchemaDto {
    const dto = new TableSchemaDto();
    dto.via = 'storage';
    dto.version = snapshot.version;
    const { partitionColumns } = snapshot.metadata;
    const clustering = clusteringTree(clusteringColumns(snapshot.domains));
    dto.columns = snapshot.schema.fields.map((field) => TableColumnDto.from(field, partitionColumns, clustering));
    return dto;
  }
}

function partitionIndexOf(name: string, partitionColumns: readonly string[]): number | null {
  const index = partitionColumns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
  return index < 0 ? null : index;
}
