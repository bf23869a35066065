import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '@lakescope/server-http';

/** Unity Catalog refuses control characters, dots, slashes and spaces in names; https://docs.databricks.com/sql/language-manual/sql-ref-names */
export const OBJECT_NAME = /^[^\p{Cc}./]+$/u;
export const OBJECT_NAME_RULE = { message: '$property must be a name without dots, slashes or control characters' };

/** Which catalogs to list. */
export class ListCatalogsQuery extends PageQuery {}

/** Which schemas to list. */
export class ListSchemasQuery extends PageQuery {
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
