import { ApiProperty } from '@nestjs/swagger';
import type { CatalogInfo } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';

/** A catalog the caller may see. */
export class CatalogDto {
  /** Name of the catalog. */
  @ApiProperty({ example: 'demo' })
  name!: string;

  /** What its owner says about it. */
  comment!: string | null;

  /** Who owns it. */
  owner!: string | null;

  /** Kind of catalog, as the platform names it. */
  @ApiProperty({ example: 'MANAGED_CATALOG', type: String, nullable: true })
  catalog_type!: string | null;

  /** When it was created. */
  created_at!: string | null;

  /** When it was last changed. */
  updated_at!: string | null;

  static from(catalog: CatalogInfo): CatalogDto {
    const dto = new CatalogDto();
    dto.name = catalog.name ?? '';
    dto.comment = catalog.comment ?? null;
    dto.owner = catalog.owner ?? null;
    dto.catalog_type = catalog.catalog_type ?? null;
    dto.created_at = timeText(catalog.created_at);
    dto.updated_at = timeText(catalog.updated_at);
    return dto;
  }
}
