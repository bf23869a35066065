import { ApiProperty } from '@nestjs/swagger';
import type { VolumeInfo } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';

/** A volume the caller may see. */
export class VolumeDto {
  /** Name of the volume. */
  @ApiProperty({ example: 'tables' })
  name!: string;

  /** Catalog, schema and volume, joined by dots. */
  @ApiProperty({ example: 'demo.lake.tables' })
  full_name!: string;

  /** Catalog it belongs to. */
  @ApiProperty({ example: 'demo' })
  catalog_name!: string;

  /** Schema it belongs to. */
  @ApiProperty({ example: 'lake' })
  schema_name!: string;

  /** MANAGED or EXTERNAL. */
  @ApiProperty({ example: 'MANAGED', type: String, nullable: true })
  volume_type!: string | null;

  /** Where its files are: the path that the file and Delta routes take. */
  @ApiProperty({ example: '/Volumes/demo/lake/tables' })
  path!: string;

  /** What its owner says about it. */
  comment!: string | null;

  /** Who owns it. */
  owner!: string | null;

  /** When it was created. */
  created_at!: string | null;

  /** When it was last changed. */
  updated_at!: string | null;

  static from(volume: VolumeInfo): VolumeDto {
    const dto = new VolumeDto();
    dto.name = volume.name ?? '';
    dto.catalog_name = volume.catalog_name ?? '';
    dto.schema_name = volume.schema_name ?? '';
    dto.full_name = volume.full_name ?? `${dto.catalog_name}.${dto.schema_name}.${dto.name}`;
    dto.volume_type = volume.volume_type ?? null;
    dto.path = `/Volumes/${dto.catalog_name}/${dto.schema_name}/${dto.name}`;
    dto.comment = volume.comment ?? null;
    dto.owner = volume.owner ?? null;
    dto.created_at = timeText(volume.created_at);
    dto.updated_at = timeText(volume.updated_at);
    return dto;
  }
}
