import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import type { FilterDto } from '@lakescope/server-unity-catalog';
import { Filters, LinkedFilters, LinkedPartitionValues, PartitionValues } from './filters';
import { FilesOf, HealthOf, OffsetPaged, VersionsOf } from './page-options';
import { TableQuery, VersionedTableQuery } from './table-queries.dto';
import { TableRequest, VersionedTableRequest } from './table-requests.dto';
import { WholeNumber } from './whole-number';

/** Which commit to read. */
export class LogVersionParameters {
  /** Version the commit made. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  version!: number;
}

/** Reads the actions of a commit. */
export class ReadLogRequest extends OffsetPaged(TableRequest) {}

/** Reads the actions of a commit. */
export class ReadLogQuery extends OffsetPaged(TableQuery) {}

/** Compares two versions of a table. */
export class DiffTableRequest extends VersionsOf(TableRequest) {}

/** Compares two versions of a table. */
export class DiffTableQuery extends VersionsOf(TableQuery) {}

/** Lists the files of a version. */
export class ListFilesRequest extends FilesOf(VersionedTableRequest) {
  @PartitionValues()
  partition?: Record<string, string | null>;

  /** Leaves out the files that cannot hold a row that meets them. */
  @Filters()
  filters?: FilterDto[];
}

/** Lists the files of a version. */
export class TableFilesQuery extends FilesOf(VersionedTableQuery) {
  @LinkedPartitionValues()
  partition?: Record<string, string | null>;

  @LinkedFilters()
  filters?: FilterDto[];
}

/** Asks for the health of a version. */
export class CheckHealthRequest extends HealthOf(VersionedTableRequest) {}

/** Asks for the health of a version. */
export class CheckHealthQuery extends HealthOf(VersionedTableQuery) {}
