import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { USAGE_EVENT_TYPES, type UsageEventType } from './usage-event-types';

/** One thing a person did. Whose it is says the token, never the event. */
export class UsageEventInput {
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description:
      'A UUID of version 7: an event sent twice with it is stored once, and the time inside it is the time of the event. Without one the ' +
      'server makes one, and cannot tell a repetition from another event.',
    example: '019aa5d2-7c00-7d3e-9b1a-2f6c4e8a0b11',
  })
  event_id?: string;

  @ApiProperty({ type: String, enum: USAGE_EVENT_TYPES, example: 'button_click' })
  event_type!: UsageEventType;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'When it happened: within the last 7 days, and at most 5 minutes ahead of the server. Beside an `event_id` it says the same as the ' +
      'id, to the second; without both it happened now.',
    example: '2026-11-21T08:30:00.000Z',
  })
  timestamp?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 200,
    description: 'Template of the page, without ids.',
    example: '/catalog',
  })
  page_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'catalog-refresh' })
  element_id?: string | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, description: 'Whether what was tried worked.', example: true })
  success?: boolean | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'At most 4 kB and 5 levels deep. What looks like a secret is taken out before it is stored.',
    example: { view: 'table' },
  })
  metadata?: Record<string, unknown> | null;
}

/** What people did since the last batch. */
export class RecordUsageEventsDto {
  @ApiProperty({ type: [UsageEventInput], minItems: 1, maxItems: 1000 })
  events!: UsageEventInput[];
}
