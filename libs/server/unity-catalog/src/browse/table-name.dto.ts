import { ApiProperty } from '@nestjs/swagger';
import type { TableInfo } from '@lakescope/databricks-wire';

/** A table by its name. */
export class TableNameDto {
  /** Name of the table. */
  @ApiProperty({ example: 'airports' })
  name!: string;

  /** Catalog, schema and table, joined by dots. */
  @ApiProperty({ example: 'demo.lake.airports' })
  full_name!: string;

  /** MANAGED, EXTERNAL, VIEW or another kind, as the platform names it. */
  @ApiProperty({ example: 'MANAGED', type: String, nullable: true })
  table_type!: string | null;

  static from(table: TableInfo): TableNameDto {
    const dto = new TableNameDto();
    dto.name = table.name ?? '';
    dto.full_name = table.full_name ?? `${table.catalog_name ?? ''}.${table.schema_name ?? ''}.${dto.name}`;
    dto.table_type = table.table_type ?? null;
    return dto;
  }
}
