import { ApiProperty } from '@nestjs/swagger';
import type { SchemaInfo } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';

/** A schema the caller may see. */
export class SchemaDto {
  /** Name of the schema. */
  @ApiProperty({ example: 'lake' })
  name!: string;

  /** Catalog and schema, joined by a dot. */
  @ApiProperty({ example: 'demo.lake' })
  full_name!: string;

  /** Catalog it belongs to. */
  @ApiProperty({ example: 'demo' })
  catalog_name!: string;

  /** What its owner says about it. */
  comment!: string | null;

  /** Who owns it. */
  owner!: string | null;

  /** When it was created. */
  created_at!: string | null;

  /** When it was last changed. */
  updated_at!: string | null;

  static from(schema: SchemaInfo): SchemaDto {
    const dto = new SchemaDto();
    dto.name = schema.name ?? '';
    dto.catalog_name = schema.catalog_name ?? '';
    dto.full_name = schema.full_name ?? `${dto.catalog_name}.${dto.name}`;
    dto.comment = schema.comment ?? null;
    dto.owner = schema.owner ?? null;
    dto.created_at = timeText(schema.created_at);
    dto.updated_at = timeText(schema.updated_at);
    return dto;
  }
}
