import { ApiProperty } from '@nestjs/swagger';
import type { ColumnInfo } from '@lakescope/databricks-wire';

/** A column of a table. */
export class CatalogColumnDto {
  /** Name of the column. */
  @ApiProperty({ example: 'iata' })
  name!: string;

  /** Its type as SQL writes it, nested types in full. */
  @ApiProperty({ example: 'decimal(38,18)' })
  data_type!: string;

  /** Whether it may be null. */
  nullable!: boolean;

  /** What is said about it. */
  comment!: string | null;

  /** Its place among the columns the table is partitioned by; null for all others. */
  @ApiProperty({ type: 'integer', nullable: true })
  partition_index!: number | null;

  static from(column: ColumnInfo): CatalogColumnDto {
    const dto = new CatalogColumnDto();
    dto.name = column.name ?? '';
    dto.data_type = column.type_text ?? column.type_name?.toLowerCase() ?? '';
    dto.nullable = column.nullable ?? true;
    dto.comment = column.comment ?? null;
    dto.partition_index = column.partition_index ?? null;
    return dto;
  }
}
