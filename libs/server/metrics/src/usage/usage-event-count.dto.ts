import { ApiProperty } from '@nestjs/swagger';

/** How many events of the caller are stored: what a browser has sent can be held to it. */
export class UsageEventCount {
  @ApiProperty({ type: 'integer', minimum: 0, example: 412 })
  count!: number;

  @ApiProperty({ type: String, enum: ['24h', '7d', '30d', '90d', 'custom'], example: '24h' })
  time_range!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  start_time!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The first moment that is not counted.',
    example: '2026-11-21T08:30:00.000Z',
  })
  end_time!: string;
}
