import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { PRINTABLE, REGION_NAME } from '../key-characters';

/** Keys that come with a request, in place of a connection. */
export class OneTimeKeysDto {
  /** Id of the access key. */
  @ApiProperty({ example: 'AKIAIOSFODNN7EXAMPLE' })
  @Matches(PRINTABLE, { message: '$property must be the id of an access key' })
  @MinLength(3)
  @MaxLength(128)
  access_key_id!: string;

  /** Secret of the access key. Never stored, and never answered. */
  @ApiProperty({ example: 'wJalrXUtnFEMI...' })
  @Matches(PRINTABLE, { message: '$property must be the secret of an access key' })
  @MinLength(3)
  @MaxLength(256)
  secret_access_key!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Session token of temporary keys.',
    example: 'IQoJb3JpZ2luX2VjE...',
  })
  @IsOptional()
  @Matches(PRINTABLE, { message: '$property must be a session token' })
  @MaxLength(4096)
  session_token?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Region that requests are signed for; us-east-1 without.',
    example: 'eu-central-1',
  })
  @IsOptional()
  @Matches(REGION_NAME, { message: '$property must be the name of a region, like eu-central-1' })
  region?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'Where the storage is: one of AWS, or one that LAKESCOPE_S3_ENDPOINTS lists. Left out: AWS in the region.',
    example: 'https://storage.example.com',
  })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  endpoint?: string | null;
}
