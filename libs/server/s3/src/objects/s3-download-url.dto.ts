import { ApiProperty } from '@nestjs/swagger';

/** A link to an object, for whoever asked for it. */
export class S3DownloadUrlDto {
  /** Leads to the storage itself. Whoever has it reads the object without keys, so it is a secret. */
  @ApiProperty({ example: 'https://claims-lake.s3.eu-central-1.amazonaws.com/exports/claims.csv?X-Amz-Signature=...' })
  url!: string;

  /** When it stops working; temporary keys may end before. */
  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  /** Size of the object. */
  @ApiProperty({ type: 'integer', example: 1024 })
  size_bytes!: number;
}
