import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { OBJECT_NAME, OBJECT_NAME_RULE } from '../browse/browse-query.dto';
import { IsFilterValue, LONGEST_LIST, LONGEST_VALUE } from './is-filter-value';
import { LONGEST_NAME } from './sql-names';
import { FILTER_OPS, type Filter, type FilterOp } from './table-select';

const SCALARS = [{ type: 'string', maxLength: LONGEST_VALUE }, { type: 'number' }, { type: 'boolean' }];

/** A condition that rows must meet; several are joined by AND. */
export class FilterDto implements Filter {
  /** Column of the table, in any case. */
  @ApiProperty({ example: 'carrier' })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_NAME)
  column!: string;

  @ApiProperty({ enum: FILTER_OPS, example: '=' })
  @IsIn(FILTER_OPS)
  op!: FilterOp;

  @ApiPropertyOptional({
    oneOf: [...SCALARS, { type: 'array', minItems: 1, maxItems: LONGEST_LIST, items: { oneOf: SCALARS } }],
    description:
      'A value of the type of the column; BIGINT and DECIMAL may be text, which keeps all digits. A list for `in`, `not_in` and `between`; left out for `is_null` and `is_not_null`.',
    example: 'LH',
  })
  @IsOptional()
  @IsFilterValue()
  value?: NonNullable<Filter['value']>;
}

/** One column that rows are put in order by. */
export class OrderDto {
  @ApiProperty({ example: 'departed_at' })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_NAME)
  column!: string;

  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'asc' })
  @IsIn(['asc', 'desc'])
  direction: 'asc' | 'desc' = 'asc';
}

/** What to see of which table. */
export class RunQueryDto {
  @ApiProperty({ example: 'demo' })
  @IsString()
  @MaxLength(LONGEST_NAME)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  catalog!: string;

  @ApiProperty({ example: 'lake' })
  @IsString()
  @MaxLength(LONGEST_NAME)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  schema!: string;

  @ApiProperty({ example: 'flights' })
  @IsString()
  @MaxLength(LONGEST_NAME)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  table!: string;

  /** Columns in this order; left out, all. */
  @ApiPropertyOptional({ type: [String], maxItems: 5_000, example: ['carrier', 'departed_at'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5_000)
  @ArrayUnique((name: unknown) => (typeof name === 'string' ? name.toLowerCase() : name))
  @IsString({ each: true })
  @MaxLength(LONGEST_NAME, { each: true })
  columns?: string[];

  /** Conditions that all must hold. */
  @ApiPropertyOptional({ type: [FilterDto], maxItems: 50 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => FilterDto)
  filters?: FilterDto[];

  /** Left out, and where rows are equal in it, the first columns of the table decide, so that pages do not overlap. */
  @ApiPropertyOptional({ type: [OrderDto], maxItems: 20 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => OrderDto)
  order_by?: OrderDto[];

  /** Most rows of the page. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1_000, default: 100 })
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit: number = 100;

  /** Rows that come before the page. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0 })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset: number = 0;

  /** Milliseconds to wait for the result before answering. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 10_000, default: 0 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  wait_ms: number = 0;

  /** Whether a SQL warehouse that is stopped may be started, which costs money; if not, the answer is 409. */
  @ApiPropertyOptional({ type: Boolean, default: true })
  @IsBoolean()
  start_warehouse: boolean = true;
}
