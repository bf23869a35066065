import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { BUCKET_NAME } from '../bucket-name';
import { limits } from '../s3-limits';

/** On what the rights of a connection are tried. */
export class CheckS3ConnectionDto {
  /** Bucket to try them on; the connection's own without. */
  @ApiPropertyOptional({ example: 'claims-lake' })
  @IsOptional()
  @Matches(BUCKET_NAME, { message: '$property must be the name of a bucket: 3 to 63 of a-z, 0-9, dot and hyphen' })
  bucket?: string;

  /** Prefix to try them below; the connection's own without. */
  @ApiPropertyOptional({ example: 'tables/' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.keyBytes)
  prefix?: string;

  /** Object to read; the first one that is listed without. */
  @ApiPropertyOptional({ example: 'tables/claims/_delta_log/00000000000000000000.json' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(limits.keyBytes)
  key?: string;

  /** Also tries to write, as a writer of Delta tables does, and deletes what it wrote. */
  @ApiPropertyOptional({ default: false, example: false })
  @IsOptional()
  @IsBoolean()
  write?: boolean = false;
}
