import { ApiProperty } from '@nestjs/swagger';
import { IsInstant } from '@lakescope/server-http';
import type { FilterDto } from '@lakescope/server-unity-catalog';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { LinkedFilters } from './filters';
import { MayStartWarehouse } from './page-options';
import { WholeNumber } from './whole-number';

/** Names a table in a link. */
export class TableQuery {
  /** Folder of the table in a volume, or in S3: `s3://bucket/prefix`. */
  @ApiProperty({ required: false, example: '/Volumes/demo/lake/tables/airports' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  path?: string;

  /** Name of the table in Unity Catalog, instead of a folder. */
  @ApiProperty({ required: false, example: 'demo.lake.airports' })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  full_name?: string;

  /** Stored connection, for a folder in S3; left out, the one whose bucket it is. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  connection_id?: string;
}

/** Names a table and, if not the latest, one of its versions in a link. */
export class VersionedTableQuery extends TableQuery {
  /** Version to read; the latest without it. */
  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 3 })
  @IsOptional()
  @WholeNumber()
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
export class DiscoverTablesQuery extends TableQuery {
  /** How many folders deep to look. */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 10, default: 4, required: false })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(10)
  max_depth?: number = 4;

  /** Most tables to answer at once. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 50, required: false })
  @IsOptional()
  @WholeNumber()
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
export class TableHistoryQuery extends TableQuery {
  @MayStartWarehouse()
  start_warehouse?: boolean;

  /** Most commits to answer at once. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 50, required: false })
  @IsOptional()
  @WholeNumber()
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
export class ReadTableQuery extends VersionedTableQuery {
  @MayStartWarehouse()
  start_warehouse?: boolean;
}

/** Reads rows of a table. */
export class PreviewTableQuery extends ReadTableQuery {
  /** Most rows to answer. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000, default: 100, required: false })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number = 100;

  /** Rows to skip: the next_offset of the page before. */
  @ApiProperty({ type: 'integer', minimum: 0, default: 0, required: false })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset?: number = 0;

  /** Only these columns, in this order; repeat the parameter for each. */
  @ApiProperty({ type: [String], required: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(1024, { each: true })
  columns?: string[];

  @LinkedFilters()
  filters?: FilterDto[];
}
