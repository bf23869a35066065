import { SCHEMA_NAME } from '@lakescope/server-config';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import type { SchemaSetting, SettingSource, StoredSetting } from './default-schema';

/** Chooses the caller's default schema. */
export class PutSchemaSettingDto {
  /** Catalog and schema, joined by a dot: split at the first one, both halves non-empty. */
  @ApiProperty({ example: 'demo.lake' })
  @IsString()
  @MaxLength(511)
  @Matches(SCHEMA_NAME, { message: '$property must look like catalog.schema' })
  uc_schema!: string;
}

/** The schema in which the caller's documents are kept. */
export class SchemaSettingDto {
  /** Catalog and schema, joined by a dot; null when nobody has set one. */
  @ApiProperty({ type: String, nullable: true, example: 'demo.lake' })
  uc_schema!: string | null;

  /** The part before the first dot. */
  @ApiProperty({ type: String, nullable: true, example: 'demo' })
  catalog!: string | null;

  /** The part behind the first dot. */
  @ApiProperty({ type: String, nullable: true, example: 'lake' })
  schema!: string | null;

  /** Who chose it: the caller, or whoever set up the app. */
  @ApiProperty({ enum: ['preference', 'environment'], type: String, nullable: true, example: 'preference' })
  source!: SettingSource | null;

  /** What became of the look at the caller's own choice: without a database there is none, and one that is away cannot tell. */
  @ApiProperty({ enum: ['found', 'absent', 'not_configured', 'unavailable'] })
  preference!: StoredSetting;

  static from({ name, source, preference }: SchemaSetting): SchemaSettingDto {
    const dto = new SchemaSettingDto();
    dto.uc_schema = name?.toString() ?? null;
    dto.catalog = name?.catalog ?? null;
    dto.schema = name?.schema ?? null;
    dto.source = source ?? null;
    dto.preference = preference;
    return dto;
  }
}
