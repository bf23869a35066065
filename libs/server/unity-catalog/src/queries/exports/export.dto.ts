import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { QueryErrorDto } from '../query.dto';
import { QUERY_STATUSES, type QueryStatus } from '../query-record';
import type { ExportRecord } from './export-record';
import { EXPORT_FORMATS, type ExportFormat } from './row-encoder';

/** A file to make of a query. */
export class ExportQueryDto {
  @ApiProperty({ enum: EXPORT_FORMATS })
  @IsIn(EXPORT_FORMATS)
  format!: ExportFormat;

  /** Directory of a volume; left out, that of the preference `export_destination`. It is made if it is not there. */
  @ApiPropertyOptional({ type: String, maxLength: 4_000, example: '/Volumes/demo/lake/files/exports' })
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  destination?: string;
}

/** In which format to hand over the rows of a page. */
export class QueryContentQuery {
  @ApiProperty({ enum: EXPORT_FORMATS })
  @IsIn(EXPORT_FORMATS)
  format!: ExportFormat;
}

/** A file that is made of all rows of a query, whatever its page is. */
export class QueryExportDto {
  @ApiProperty({ format: 'uuid' })
  export_id!: string;

  @ApiProperty({ format: 'uuid' })
  query_id!: string;

  @ApiProperty({ enum: EXPORT_FORMATS })
  format!: ExportFormat;

  /** Where the file is once it has SUCCEEDED; before, and without success, there is none. */
  path!: string;

  @ApiProperty({ enum: QUERY_STATUSES })
  status!: QueryStatus;

  /** So far. */
  rows_written!: number;

  /** Once it has succeeded. */
  @ApiProperty({ type: Number, nullable: true })
  row_count!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  size_bytes!: number | null;

  /** Whether the SQL warehouse left rows out because the result was too large. */
  truncated!: boolean;

  /** Path of this API that hands the file over, with Range, so that a download that was cut can go on; null until there is a file. */
  @ApiProperty({ type: String, nullable: true })
  download_url!: string | null;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  finished_at!: string | null;

  @ApiProperty({ type: QueryErrorDto, nullable: true })
  error!: QueryErrorDto | null;

  static from(record: ExportRecord): QueryExportDto {
    return {
      export_id: record.exportId,
      query_id: record.queryId,
      format: record.format,
      path: record.path,
      status: record.status,
      rows_written: record.rowsWritten,
      row_count: record.rowCount,
      size_bytes: record.sizeBytes,
      truncated: record.truncated,
      download_url:
        record.status === 'SUCCEEDED'
          ? `/api/v1/unity-catalog/files/content?path=${encodeURIComponent(record.path)}`
          : null,
      started_at: record.startedAt.toISOString(),
      finished_at: record.finishedAt?.toISOString() ?? null,
      error: record.error,
    };
  }
}
