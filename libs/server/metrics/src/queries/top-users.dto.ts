import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { RangeQuery } from './metrics-range.dto';

/** How many of the people who did most, of which time. */
export class TopUsersQuery extends RangeQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 50, description: 'Most people to name.' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;
}

/** How much one person did. */
export class TopUserDto {
  @ApiProperty({ type: String, example: 'ada.keller@lakescope.example' })
  user_id!: string;

  @ApiProperty({ type: 'integer', example: 912 })
  requests!: number;

  @ApiProperty({ type: 'integer', example: 340 })
  events!: number;
}

/** Who did most. */
export class TopUsersDto {
  @ApiProperty({ type: () => [TopUserDto], description: 'By requests and events together.' })
  items!: TopUserDto[];
}
