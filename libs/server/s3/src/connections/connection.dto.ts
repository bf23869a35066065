import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import type { S3Connection } from './s3-connection.entity';

const KINDS = ['access_key', 'assume_role', 'environment'] as const;

/** How a person reaches a storage. Its keys are never in here. */
export class S3ConnectionDto {
  /** Identifier of the connection; `default` is the one that the app's environment makes. */
  @ApiProperty({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  id!: string;

  /** What its owner calls it. */
  @ApiProperty({ example: 'Claims lake' })
  name!: string;

  /** How it signs: with keys, with a role that the keys may assume, or with keys of the app's environment. */
  @ApiProperty({ enum: KINDS, example: 'access_key' })
  kind!: (typeof KINDS)[number];

  /** Where the storage is; null for AWS. */
  @ApiProperty({ type: String, nullable: true, example: 'https://storage.example.com' })
  endpoint!: string | null;

  /** Region that requests are signed for. */
  @ApiProperty({ example: 'eu-central-1' })
  region!: string;

  /** Whether buckets are a part of the path and not of the host's name. */
  path_style!: boolean;

  /** Bucket that looking begins with. */
  @ApiProperty({ type: String, nullable: true, example: 'claims-lake' })
  bucket!: string | null;

  /** Prefix within the bucket that looking begins with. */
  @ApiProperty({ type: String, nullable: true, example: 'tables/' })
  prefix!: string | null;

  /** The end of the access key's id; null for the connection of the environment. */
  @ApiProperty({ type: String, nullable: true, example: '…7ABC' })
  access_key_hint!: string | null;

  /** Whether the keys are temporary ones, with a session token. */
  temporary_keys!: boolean;

  /** Role that is assumed with the keys. */
  @ApiProperty({ type: String, nullable: true, example: 'arn:aws:iam::123456789012:role/lake-reader' })
  role_arn!: string | null;

  /** What the role wants to hear besides, if anything. */
  @ApiProperty({ type: String, nullable: true, example: 'lakescope-claims' })
  external_id!: string | null;

  /** Whether the keys can still be read; if not, they have to be entered again. */
  keys_readable!: boolean;

  /** Whether it cannot be changed, because the app's environment makes it. */
  read_only!: boolean;

  /** When it was made; null for the connection of the environment. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  created_at!: string | null;

  /** When it was last changed; null for the connection of the environment. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  updated_at!: string | null;

  /** Counts the changes; send it as If-Match to write only when nobody else did. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  version!: number;

  static from(connection: S3Connection, keysReadable: boolean): S3ConnectionDto {
    const dto = new S3ConnectionDto();
    dto.id = connection.id;
    dto.name = connection.name;
    dto.kind = connection.roleArn === null ? 'access_key' : 'assume_role';
    dto.endpoint = connection.endpoint;
    dto.region = connection.region;
    dto.path_style = connection.pathStyle;
    dto.bucket = connection.bucket;
    dto.prefix = connection.prefix;
    dto.access_key_hint = connection.keyHint;
    dto.temporary_keys = connection.temporary;
    dto.role_arn = connection.roleArn;
    dto.external_id = connection.externalId;
    dto.keys_readable = keysReadable;
    dto.read_only = false;
    dto.created_at = connection.createdAt.toISOString();
    dto.updated_at = connection.updatedAt.toISOString();
    dto.version = connection.version;
    return dto;
  }
}

/** A page of connections. */
export class S3ConnectionPage extends ApiPage(S3ConnectionDto) {}
