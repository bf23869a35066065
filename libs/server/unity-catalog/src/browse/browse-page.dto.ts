import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import { CatalogDto } from './catalog.dto';
import { SchemaDto } from './schema.dto';
import { VolumeDto } from './volume.dto';

/** A page of catalogs. */
export class CatalogPage extends ApiPage(CatalogDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: ['rest'] })
  via!: 'rest';
}

/** A page of schemas. */
export class SchemaPage extends ApiPage(SchemaDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: ['rest'] })
  via!: 'rest';
}

/** A page of volumes. */
export class VolumePage extends ApiPage(VolumeDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: ['rest'] })
  via!: 'rest';
}
