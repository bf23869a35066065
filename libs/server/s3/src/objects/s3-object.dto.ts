import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';

const KINDS = ['folder', 'object'] as const;

/** An object, or what many keys begin with. */
export class S3ObjectDto {
  /** `folder`: what keys begin with, up to the delimiter. */
  @ApiProperty({ enum: KINDS, example: 'object' })
  kind!: (typeof KINDS)[number];

  /** Its whole key, not percent-encoded; that of a folder ends with the delimiter. */
  @ApiProperty({ example: 'exports/claims.csv' })
  key!: string;

  /** What its key has behind the last slash of the prefix that was asked for, without the slash at its own end. */
  @ApiProperty({ example: 'claims.csv' })
  name!: string;

  /** Its size; null for a folder. */
  @ApiProperty({ type: 'integer', nullable: true, example: 1024 })
  size_bytes!: number | null;

  /** When it was last written; null for a folder. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_modified!: string | null;

  /** Stands for what is in it; null for a folder. */
  @ApiProperty({ type: String, nullable: true, example: '"9bb58f26192e4ba00f01e2e7b136bbd8"' })
  etag!: string | null;

  /** How the storage keeps it, if it says so; what lies in an archive cannot be read at once. */
  @ApiProperty({ type: String, nullable: true, example: 'STANDARD' })
  storage_class!: string | null;
}

/** A page of objects and folders, in the order of their keys. */
export class S3ObjectPage extends ApiPage(S3ObjectDto) {
  /** The bucket they are in. */
  @ApiProperty({ example: 'claims-lake' })
  bucket!: string;

  /** What all of their keys begin with. */
  @ApiProperty({ example: 'exports/' })
  prefix!: string;
}
