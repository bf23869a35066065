import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { limits } from './file-limits';
import { missingParts, partCountOf, type UploadRecord } from './upload-record';

/** Which upload. */
export class UploadParameters {
  /** Id of the upload. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id!: string;
}

/** Which part of which upload. */
export class UploadPartParameters extends UploadParameters {
  /** Number of the part, counted from 1. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  part!: number;
}

/** A file that is to come in parts. */
export class StartUploadDto {
  /** Path the file is to have. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/large.parquet' })
  @IsString()
  @MaxLength(4096)
  path!: string;

  /** Size of the whole file, up to 5 GiB. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: limits.fileBytes, example: 73_400_320 })
  @IsInt()
  @Min(1)
  size_bytes!: number;

  /** Whether a file that is there may be replaced. */
  @IsOptional()
  @IsBoolean()
  overwrite?: boolean = false;

  /** The etag of the file that is to be replaced, as it was seen. Includes the permission to replace that very version. */
  @ApiProperty({ required: false, example: '"2s-lx3k0g"' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  if_match?: string;
}

/** An upload in parts. */
export class UploadDto {
  /** Its id, good on every replica and after a cut. */
  @ApiProperty({ format: 'uuid' })
  upload_id!: string;

  /** Path the file gets. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/large.parquet' })
  path!: string;

  /** Whether parts are still taken, or the file is there. */
  @ApiProperty({ enum: ['open', 'complete'] })
  status!: 'open' | 'complete';

  /** Size of the whole file. */
  @ApiProperty({ type: 'integer' })
  size_bytes!: number;

  /** Size of every part but the last, which has what is left. */
  @ApiProperty({ type: 'integer', example: limits.partBytes })
  part_size_bytes!: number;

  /** How many parts there are. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  part_count!: number;

  /** Numbers of the parts that are there, in ascending order. */
  @ApiProperty({ type: [Number], example: [1, 2, 5] })
  parts_received!: number[];

  /** When it ends by itself, unless another part comes. */
  @ApiProperty({ format: 'date-time' })
  expires_at!: string;

  static from(record: UploadRecord): UploadDto {
    const missing = new Set(missingParts(record));
    const count = partCountOf(record);
    const dto = new UploadDto();
    dto.upload_id = record.id;
    dto.path = record.path;
    dto.status = record.status;
    dto.size_bytes = record.sizeBytes;
    dto.part_size_bytes = record.partSizeBytes;
    dto.part_count = count;
    dto.parts_received = Array.from({ length: count }, (_, index) => index + 1).filter((part) => !missing.has(part));
    dto.expires_at = record.expiresAt.toISOString();
    return dto;
  }
}
