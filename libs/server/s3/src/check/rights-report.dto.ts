import { ApiProperty } from '@nestjs/swagger';

export const RIGHTS = [
  'list_buckets',
  'list_bucket',
  'head_object',
  'get_object',
  'put_object',
  'conditional_put',
  'delete_object',
] as const;
export const RIGHT_STATUSES = ['ok', 'denied', 'failed', 'not_tried'] as const;

export type RightName = (typeof RIGHTS)[number];
export type RightStatus = (typeof RIGHT_STATUSES)[number];

/** How it went with one right. */
export class S3RightDto {
  /** What was tried. */
  @ApiProperty({ enum: RIGHTS, example: 'list_bucket' })
  right!: RightName;

  /** `denied`: the right is missing. `failed`: something else went wrong. `not_tried`: it could not be tried, as the detail says. */
  @ApiProperty({ enum: RIGHT_STATUSES, example: 'denied' })
  status!: RightStatus;

  /** What was seen, for people. */
  @ApiProperty({
    example: 'The keys of the S3 connection Claims lake lack the right s3:ListBucket on the bucket claims-lake.',
  })
  detail!: string;

  /** The statement of a policy that gives the right; null where it is there, or where no policy would help. */
  @ApiProperty({
    type: String,
    nullable: true,
    example: '{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::claims-lake"}',
  })
  policy_line!: string | null;
}

/** Which rights a connection has. */
export class S3RightsReportDto {
  /** The connection that was tried. */
  @ApiProperty({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  connection_id!: string;

  /** Bucket it was tried on; null when none is named. */
  @ApiProperty({ type: String, nullable: true, example: 'claims-lake' })
  bucket!: string | null;

  /** Prefix it was tried below. */
  @ApiProperty({ example: 'tables/' })
  prefix!: string;

  /** Whether tables below the prefix can be read: all that this needs was tried and is there. */
  readable!: boolean;

  /** Whether tables can be written safely, too; null when it was not to be tried. */
  @ApiProperty({ type: Boolean, nullable: true })
  writable!: boolean | null;

  /** The rights, one by one. */
  @ApiProperty({ type: () => [S3RightDto] })
  rights!: S3RightDto[];

  /** When it was tried. */
  @ApiProperty({ format: 'date-time' })
  checked_at!: string;
}
