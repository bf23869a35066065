import type { Type } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { WholeNumber } from './whole-number';

export const FILE_ORDERS = ['path', 'size', 'records', 'modified'] as const;
export type FileOrder = (typeof FILE_ORDERS)[number];

interface OffsetAsked {
  limit: number;
  offset: number;
}

/** Names a table, in a body or in a link, and takes a page by its offset. */
export function OffsetPaged<T extends object>(Table: Type<T>): Type<T & OffsetAsked> {
  class PagedTable extends (Table as Type<object>) implements OffsetAsked {
    @ApiPropertyOptional({
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: 'Most items to answer at once.',
    })
    @WholeNumber()
    @IsInt()
    @Min(1)
    @Max(1000)
    limit: number = 100;

    @ApiPropertyOptional({
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'Items to skip: the next_offset of the page before.',
    })
    @WholeNumber()
    @IsInt()
    @Min(0)
    @Max(Number.MAX_SAFE_INTEGER)
    offset: number = 0;
  }
  return PagedTable as Type<T & OffsetAsked>;
}

interface FileOptionsAsked extends OffsetAsked {
  sort: FileOrder;
  descending: boolean;
  include_summary: boolean;
}

/** The same for the files of a table. */
export function FilesOf<T extends object>(Table: Type<T>): Type<T & FileOptionsAsked> {
  class FilesOfTable extends (OffsetPaged(Table) as Type<OffsetAsked>) implements FileOptionsAsked {
    @ApiPropertyOptional({ enum: FILE_ORDERS, default: 'path', description: 'What the files are put in order by.' })
    @IsIn(FILE_ORDERS)
    sort: FileOrder = 'path';

    @ApiPropertyOptional({ type: Boolean, default: false, description: 'Whether the largest comes first.' })
    @Truth()
    @IsBoolean()
    descending: boolean = false;

    @ApiPropertyOptional({
      type: Boolean,
      default: false,
      description: 'Whether to sum up all files of the version, whatever the page and the conditions are.',
    })
    @Truth()
    @IsBoolean()
    include_summary: boolean = false;
  }
  return FilesOfTable as Type<T & FileOptionsAsked>;
}

interface HealthAsked {
  check_files: boolean;
}

/** The same for the health of a table. */
export function HealthOf<T extends object>(Table: Type<T>): Type<T & HealthAsked> {
  class HealthOfTable extends (Table as Type<object>) implements HealthAsked {
    @ApiPropertyOptional({
      type: Boolean,
      default: false,
      description: 'Whether to look for data files that are missing, each by itself, up to 10,000 of them.',
    })
    @Truth()
    @IsBoolean()
    check_files: boolean = false;
  }
  return HealthOfTable as Type<T & HealthAsked>;
}

interface DiffAsked {
  from_version: number;
  to_version: number;
}

/** The same for two versions of a table. */
export function VersionsOf<T extends object>(Table: Type<T>): Type<T & DiffAsked> {
  class VersionsOfTable extends (Table as Type<object>) implements DiffAsked {
    @ApiPropertyOptional({
      type: 'integer',
      minimum: 0,
      required: true,
      example: 3,
      description: 'Version to compare from.',
    })
    @WholeNumber()
    @IsInt()
    @Min(0)
    @Max(Number.MAX_SAFE_INTEGER)
    from_version!: number;

    @ApiPropertyOptional({
      type: 'integer',
      minimum: 0,
      required: true,
      example: 7,
      description: 'Version to compare to; it may be the earlier one.',
    })
    @WholeNumber()
    @IsInt()
    @Min(0)
    @Max(Number.MAX_SAFE_INTEGER)
    to_version!: number;
  }
  return VersionsOfTable as Type<T & DiffAsked>;
}

/** Reads a truth value of a query string; anything else stays as it is, so that validation refuses it. */
export function Truth(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}

/** Whether a stopped warehouse may be started, for tables that only it can read. */
export function MayStartWarehouse(): PropertyDecorator {
  const document = ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Whether a stopped SQL warehouse may be started where only it can read the table. Left out, that is 409 WAREHOUSE_STOPPED.',
  });
  return (target, key) => {
    for (const decorate of [document, Truth(), IsOptional(), IsBoolean()]) decorate(target, key);
  };
}
