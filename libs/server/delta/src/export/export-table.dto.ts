import { ApiProperty } from '@nestjs/swagger';
import { EXPORT_FORMATS, type ExportFormat, type FilterDto } from '@lakescope/server-unity-catalog';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Filters } from '../filters';
import { ReadTableRequest } from '../table-requests.dto';

/** Asks for rows of a table as a file. */
export class ExportTableRequest extends ReadTableRequest {
  /** What the file is. */
  @ApiProperty({ enum: EXPORT_FORMATS, example: 'parquet' })
  @IsIn(EXPORT_FORMATS)
  format!: ExportFormat;

  /** Most rows of the file; the header X-Lakescope-Truncated says whether there are more. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1_000_000, default: 100_000, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  limit?: number = 100_000;

  /** Only these columns, in this order. */
  @ApiProperty({ type: [String], required: false, example: ['iata', 'name'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(1024, { each: true })
  columns?: string[];

  @Filters()
  filters?: FilterDto[];
}
