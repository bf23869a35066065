import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Paged } from '@lakescope/server-http';

/** Unity Catalog refuses control characters, dots, slashes and spaces in names; https://docs.databricks.com/sql/language-manual/sql-ref-names */
export const OBJECT_NAME = /^[^\p{Cc}./]+$/u;
export const OBJECT_NAME_RULE = { message: '$property must be a name without dots, slashes or control characters' };

const TABLE_FULL_NAME = /^[^\p{Cc}./]{1,255}\.[^\p{Cc}./]{1,255}\.[^\p{Cc}./]{1,255}$/u;

/** How far browsing may go. */
export class BrowseOptions {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Whether a stopped SQL warehouse may be started when the caller can only browse by SQL. Left out, that is 409 WAREHOUSE_STOPPED.',
  })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsOptional()
  @IsBoolean({ message: '$property must be true or false' })
  start_warehouse?: boolean;
}

/** Which catalogs to list. */
export class ListCatalogsQuery extends Paged(BrowseOptions) {}

/** Which schemas to list. */
export class ListSchemasQuery extends ListCatalogsQuery {
  /** Catalog whose schemas are listed. */
  @ApiProperty({ example: 'demo' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  catalog!: string;
}

/** Which volumes to list. */
export class ListVolumesQuery extends ListSchemasQuery {
  /** Schema whose volumes are listed. */
  @ApiProperty({ example: 'lake' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  schema!: string;
}

/** Which tables to list. */
export class ListTablesQuery extends ListSchemasQuery {
  /** Schema whose tables are listed. */
  @ApiProperty({ example: 'lake' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  schema!: string;
}

/** Names one table. */
export class TableParameters {
  /** Catalog, schema and table, joined by dots. */
  @ApiProperty({ example: 'demo.lake.airports' })
  @IsString()
  @Matches(TABLE_FULL_NAME, { message: '$property must be catalog.schema.table' })
  full_name!: string;
}
