import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import { CatalogDto } from './catalog.dto';
import { SchemaDto } from './schema.dto';
import { TableNameDto } from './table-name.dto';
import { CatalogTableDto } from './catalog-table.dto';
import { VolumeDto } from './volume.dto';

/** The ways the platform can be asked: its REST API of Unity Catalog, or SQL through a warehouse. */
export const VIAS = ['rest', 'sql'] as const;
export type Via = (typeof VIAS)[number];

/** A page of catalogs. */
export class CatalogPage extends ApiPage(CatalogDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}

/** A page of schemas. */
export class SchemaPage extends ApiPage(SchemaDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}

/** A page of volumes. */
export class VolumePage extends ApiPage(VolumeDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}

/** A page of names of tables. */
export class TableNamePage extends ApiPage(TableNameDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}

/** A page of tables. */
export class TablePage extends ApiPage(CatalogTableDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}
