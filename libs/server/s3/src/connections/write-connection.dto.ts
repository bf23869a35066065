import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { BUCKET_NAME } from '../bucket-name';
import { PRINTABLE, REGION_NAME } from '../key-characters';
import { limits } from '../s3-limits';

const isGiven = (_: object, value: unknown): boolean => value !== undefined;
const isSet = (_: object, value: unknown): boolean => value !== undefined && value !== null;

const NOT_BLANK = /^\S(?:.*\S)?$/su;

/** What both making and changing a connection take; `null` removes what may be absent. */
class S3ConnectionFields {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'Where the storage is: one of AWS, or one that LAKESCOPE_S3_ENDPOINTS lists. Left out: AWS in the region.',
    example: 'https://storage.example.com',
  })
  @ValidateIf(isSet)
  @IsString()
  @MaxLength(300)
  endpoint?: string | null;

  @ApiPropertyOptional({
    description: 'Region that requests are signed for; us-east-1 without.',
    example: 'eu-central-1',
  })
  @ValidateIf(isGiven)
  @Matches(REGION_NAME, { message: '$property must be the name of a region, like eu-central-1' })
  region?: string;

  @ApiPropertyOptional({
    description:
      'Whether buckets are a part of the path and not of the host’s name. Left out: only where an endpoint is named.',
  })
  @ValidateIf(isGiven)
  @IsBoolean()
  path_style?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Bucket that looking begins with.',
    example: 'claims-lake',
  })
  @ValidateIf(isSet)
  @Matches(BUCKET_NAME, { message: '$property must be the name of a bucket: 3 to 63 of a-z, 0-9, dot and hyphen' })
  bucket?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Prefix within the bucket that looking begins with.',
    example: 'tables/',
  })
  @ValidateIf(isSet)
  @IsString()
  @MaxLength(limits.keyBytes)
  prefix?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Role that the keys assume, and whose rights are used then.',
    example: 'arn:aws:iam::123456789012:role/lake-reader',
  })
  @ValidateIf(isSet)
  @Matches(/^arn:[a-z0-9-]{1,20}:iam:[a-z0-9-]{0,40}:[0-9A-Za-z]{0,64}:role\/[\x21-\x7e]{1,1024}$/, {
    message: '$property must look like arn:aws:iam::123456789012:role/name',
  })
  role_arn?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'What the role wants to hear besides; only together with a role.',
    example: 'lakescope-claims',
  })
  @ValidateIf(isSet)
  @Matches(/^[\w+=,.@:/-]{2,1224}$/, {
    message: '$property must be an external id: 2 to 1224 of letters, digits and +=,.@:/-_',
  })
  external_id?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Session token of temporary keys; only together with the keys it belongs to.',
    example: 'IQoJb3JpZ2luX2VjE...',
  })
  @ValidateIf(isSet)
  @Matches(PRINTABLE, { message: '$property must be a session token' })
  @MaxLength(4096)
  session_token?: string | null;
}

/** Makes a connection of the caller's. */
export class CreateS3ConnectionDto extends S3ConnectionFields {
  /** What to call it; no other connection of the caller's is called so. */
  @ApiProperty({ example: 'Claims lake' })
  @Matches(NOT_BLANK, { message: '$property must not be blank, nor begin or end with a blank' })
  @MinLength(1)
  @MaxLength(limits.nameCharacters)
  name!: string;

  /** Id of the access key. */
  @ApiProperty({ example: 'AKIAIOSFODNN7EXAMPLE' })
  @Matches(PRINTABLE, { message: '$property must be the id of an access key' })
  @MinLength(3)
  @MaxLength(128)
  access_key_id!: string;

  /** Secret of the access key. Stored encrypted, and never answered. */
  @ApiProperty({ example: 'wJalrXUtnFEMI...' })
  @Matches(PRINTABLE, { message: '$property must be the secret of an access key' })
  @MinLength(3)
  @MaxLength(256)
  secret_access_key!: string;
}

/** Changes what is named of a connection. Keys are replaced as a whole: id, secret and, if there is one, session token. */
export class UpdateS3ConnectionDto extends S3ConnectionFields {
  @ApiPropertyOptional({ description: 'What to call it.', example: 'Claims lake' })
  @ValidateIf(isGiven)
  @Matches(NOT_BLANK, { message: '$property must not be blank, nor begin or end with a blank' })
  @MinLength(1)
  @MaxLength(limits.nameCharacters)
  name?: string;

  @ApiPropertyOptional({ description: 'Id of another access key; needs its secret.', example: 'AKIAIOSFODNN7EXAMPLE' })
  @ValidateIf(isGiven)
  @Matches(PRINTABLE, { message: '$property must be the id of an access key' })
  @MinLength(3)
  @MaxLength(128)
  access_key_id?: string;

  @ApiPropertyOptional({ description: 'Secret of that access key.', example: 'wJalrXUtnFEMI...' })
  @ValidateIf(isGiven)
  @Matches(PRINTABLE, { message: '$property must be the secret of an access key' })
  @MinLength(3)
  @MaxLength(256)
  secret_access_key?: string;
}
