import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** How to run a query, beside what is asked for. */
export class RunQueryQuery {
  /** As `wait_ms` of the body; the longer one counts. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 10_000, default: 0 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  wait_ms: number = 0;
}

/** Which part of a result to see. */
export class GetQueryQuery {
  /** Chunk of the result, counted from 0. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  chunk: number = 0;
}
