import type { Bucket } from '@aws-sdk/client-s3';
import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';

/** A bucket that a connection may list. */
export class S3BucketDto {
  /** Its name. */
  @ApiProperty({ example: 'claims-lake' })
  name!: string;

  /** When it was made, if the storage says so. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  created_at!: string | null;

  /** Where it lies, if the storage says so. */
  @ApiProperty({ type: String, nullable: true, example: 'eu-central-1' })
  region!: string | null;

  static from({ Name = '', CreationDate, BucketRegion }: Bucket): S3BucketDto {
    const dto = new S3BucketDto();
    dto.name = Name;
    dto.created_at = CreationDate?.toISOString() ?? null;
    dto.region = BucketRegion ?? null;
    return dto;
  }
}

/** A page of buckets. */
export class S3BucketPage extends ApiPage(S3BucketDto) {}
