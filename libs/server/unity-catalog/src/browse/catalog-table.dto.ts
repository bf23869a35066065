import { ApiProperty } from '@nestjs/swagger';
import type { TableInfo } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';
import { CatalogColumnDto } from './catalog-column.dto';

export const ACCESS_LEVELS = ['BROWSE', 'READ', 'WRITE'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Columns of one table that a list shows: the table itself shows them all. A table may have thousands, a page hundreds of tables. */
const LISTED_COLUMNS = 100;

/** A table or view the caller may see. */
export class CatalogTableDto {
  /** Catalog it belongs to. */
  @ApiProperty({ example: 'demo' })
  catalog_name!: string;

  /** Schema it belongs to. */
  @ApiProperty({ example: 'lake' })
  schema_name!: string;

  /** Name of the table. */
  @ApiProperty({ example: 'airports' })
  table_name!: string;

  /** Catalog, schema and table, joined by dots. */
  @ApiProperty({ example: 'demo.lake.airports' })
  full_name!: string;

  /** MANAGED, EXTERNAL, VIEW or another kind, as the platform names it. */
  @ApiProperty({ example: 'EXTERNAL', type: String, nullable: true })
  table_type!: string | null;

  /** Format of its files; null for views. */
  @ApiProperty({ example: 'DELTA', type: String, nullable: true })
  data_source_format!: string | null;

  /** Who owns it. */
  owner!: string | null;

  /** What its owner says about it. */
  comment!: string | null;

  /** Its columns in order; in a list only the first 100 of each table. */
  @ApiProperty({ type: () => [CatalogColumnDto] })
  columns!: CatalogColumnDto[];

  /** How many columns it has. */
  @ApiProperty({ type: 'integer', example: 3 })
  column_count!: number;

  /** Where its files are; null for views and where the platform does not say. */
  @ApiProperty({ type: String, nullable: true, example: 's3://lake/airports' })
  storage_location!: string | null;

  /** When it was created. */
  created_at!: string | null;

  /** When it was last changed. */
  updated_at!: string | null;

  /** Rows, as text, where the platform keeps statistics of the table. */
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  row_count!: string | null;

  /** Bytes, as text, where the platform keeps statistics of the table. */
  @ApiProperty({ type: String, nullable: true, example: '204800' })
  size_bytes!: string | null;

  /** BROWSE: only that it is there. READ: its rows. WRITE: known to be allowed to change them, which only the table itself tells. */
  @ApiProperty({ enum: ACCESS_LEVELS })
  access_level!: AccessLevel;

  static from(table: TableInfo): CatalogTableDto {
    return fillTable(new CatalogTableDto(), table, LISTED_COLUMNS);
  }
}

/** Puts what the platform says of a table into a DTO of it, with at most so many columns. */
export function fillTable<T extends CatalogTableDto>(dto: T, table: TableInfo, maxColumns: number): T {
  const columns = [...(table.columns ?? [])].sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
  dto.catalog_name = table.catalog_name ?? '';
  dto.schema_name = table.schema_name ?? '';
  dto.table_name = table.name ?? '';
  dto.full_name = table.full_name ?? `${dto.catalog_name}.${dto.schema_name}.${dto.table_name}`;
  dto.table_type = table.table_type ?? null;
  dto.data_source_format = table.data_source_format ?? null;
  dto.owner = table.owner ?? null;
  dto.comment = textOrNull(table.comment);
  dto.columns = columns.slice(0, maxColumns).map((column) => CatalogColumnDto.from(column));
  dto.column_count = columns.length;
  dto.storage_location = table.storage_location ?? null;
  dto.created_at = timeText(table.created_at);
  dto.updated_at = timeText(table.updated_at);
  dto.row_count = statistic(table, 'spark.sql.statistics.numRows');
  dto.size_bytes = statistic(table, 'spark.sql.statistics.totalSize');
  dto.access_level = table.browse_only === true ? 'BROWSE' : 'READ';
  return dto;
}

/** ANALYZE TABLE leaves what it counted in the properties of a table. */
function statistic({ properties }: TableInfo, name: string): string | null {
  const value = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return value !== undefined && /^\d+$/.test(value) ? value : null;
}

/** No comment is told in two ways. */
function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
