import { ApiProperty } from '@nestjs/swagger';
import { IsInstant } from '@lakescope/server-http';
import type { FilterDto } from '@lakescope/server-unity-catalog';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Filters } from './filters';
import { MayStartWarehouse } from './page-options';
import { TableSourceDto } from './table-source.dto';

/** Names a table. */
export class TableRequest {
  /** Where the table is. */
  @IsDefined()
  @ValidateNested()
  @Type(() => TableSourceDto)
  source!: TableSourceDto;
}

/** Names a table and, if not the latest, one of its versions. */
export class VersionedTableRequest extends TableRequest {
  /** Version to read; the latest without it. */
  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 3 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  version?: number;

  /** Read the table as it was at this time, instead of naming a version. */
  @ApiProperty({ format: 'date-time', required: false, example: '2026-01-31T10:00:00Z' })
  @IsOptional()
  @IsInstant()
  timestamp?: string;
}

/** Looks for tables below a folder. */
export class DiscoverTablesRequest extends TableRequest {
  /** How many folders deep to look. */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 10, default: 4, required: false })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10)
  max_depth?: number = 4;

  /** Most tables to answer at once. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 50, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number = 50;

  /** Where the page before ended: its next_cursor. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;
}

/** Reads the commits of a table, newest first. */
export class TableHistoryRequest extends TableRequest {
  @MayStartWarehouse()
  start_warehouse?: boolean;

  /** Most commits to answer at once. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 50, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number = 50;

  /** Where the page before ended: its next_cursor. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;
}

/** Reads a version of a table, through the SQL warehouse where nothing else is left. */
export class ReadTableRequest extends VersionedTableRequest {
  @MayStartWarehouse()
  start_warehouse?: boolean;
}

/** Reads rows of a table. */
export class PreviewTableRequest extends ReadTableRequest {
  /** Most rows to answer. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000, default: 100, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number = 100;

  /** Rows to skip: the next_offset of the page before. */
  @ApiProperty({ type: 'integer', minimum: 0, default: 0, required: false })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset?: number = 0;

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
