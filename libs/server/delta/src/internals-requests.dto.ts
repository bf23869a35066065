import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { OffsetPaged, VersionsOf } from './page-options';
import { TableQuery } from './table-queries.dto';
import { TableRequest } from './table-requests.dto';
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
