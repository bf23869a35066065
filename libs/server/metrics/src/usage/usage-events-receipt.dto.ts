import { ApiProperty } from '@nestjs/swagger';

/** Why one event of a batch was not stored. Sent again it would be refused again. */
export class RejectedUsageEvent {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Its place in the batch, from 0.', example: 3 })
  index!: number;

  @ApiProperty({ type: String, example: 'event_type is none of the known types' })
  reason!: string;
}

/** What became of each event: received is always inserted + duplicates + rejected. What is inserted is committed. */
export class UsageEventsReceipt {
  @ApiProperty({ type: 'integer', minimum: 1, example: 20 })
  received!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 18 })
  inserted!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Events that were stored before.', example: 1 })
  duplicates!: number;

  @ApiProperty({ type: [RejectedUsageEvent] })
  rejected!: RejectedUsageEvent[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The clock by which ids are to be made.',
    example: '2026-11-21T08:30:00.000Z',
  })
  server_time!: string;

  @ApiProperty({
    type: Boolean,
    description: 'Whether every event had an id of its own, so that the same batch may be sent again.',
    example: true,
  })
  deduplicated!: boolean;
}
