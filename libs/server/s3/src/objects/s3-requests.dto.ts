import { Paged } from '@lakescope/server-http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { BUCKET_NAME } from '../bucket-name';
import { limits } from '../s3-limits';

/** Names a connection of the caller's. */
class S3ConnectionRequest {
  /** Identifier of the connection. */
  @ApiProperty({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  connection_id!: string;
}

/** Names a bucket. */
class S3BucketRequest extends S3ConnectionRequest {
  /** The bucket; the connection's own without. */
  @ApiPropertyOptional({ example: 'claims-lake' })
  @IsOptional()
  @Matches(BUCKET_NAME, { message: '$property must be the name of a bucket: 3 to 63 of a-z, 0-9, dot and hyphen' })
  bucket?: string;
}

/** Asks for the buckets of a connection. */
export class ListS3BucketsRequest extends Paged(S3ConnectionRequest) {}

class S3ObjectFilter extends S3BucketRequest {
  /** Only keys that begin with this; not percent-encoded. Nothing is added to it: a folder ends with a slash. */
  @ApiPropertyOptional({ default: '', example: 'tables/' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.keyBytes)
  prefix?: string = '';

  /** What ends a folder in keys; empty for every key below the prefix. */
  @ApiPropertyOptional({ enum: ['/', ''], default: '/', example: '/' })
  @IsOptional()
  @IsIn(['/', ''])
  delimiter?: '/' | '' = '/';
}

/** Asks for objects and folders below a prefix. */
export class ListS3ObjectsRequest extends Paged(S3ObjectFilter) {}

/** Asks for a link to an object. */
export class S3DownloadUrlRequest extends S3BucketRequest {
  /** Key of the object, not percent-encoded. */
  @ApiProperty({ example: 'exports/claims.csv' })
  @IsString()
  @MinLength(1)
  @MaxLength(limits.keyBytes)
  key!: string;

  /** How long the link works, in seconds. */
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: limits.longestLinkSeconds,
    default: limits.linkSeconds,
    example: limits.linkSeconds,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(limits.longestLinkSeconds)
  expires_in_seconds?: number = limits.linkSeconds;
}
