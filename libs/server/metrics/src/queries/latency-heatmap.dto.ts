import { ApiProperty } from '@nestjs/swagger';
import { MetricsAnswerDto } from './metrics-answer.dto';

/** How many requests took how long, step by step. */
export class LatencyHeatmapDto extends MetricsAnswerDto {
  @ApiProperty({ type: 'integer', description: 'Length of a step.', example: 300 })
  interval_seconds!: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'date-time' },
    description: 'Where each step begins.',
    example: ['2026-11-20T08:30:00.000Z', '2026-11-20T08:35:00.000Z'],
  })
  times!: string[];

  @ApiProperty({
    type: 'array',
    items: { type: 'number' },
    description:
      'Powers of two: the longest time that still counts into a class. What is shorter counts into the class before.',
    example: [16, 32, 64],
  })
  bounds_ms!: number[];

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'integer' } },
    description: 'For each step, the number of requests of each class.',
    example: [
      [3, 210, 14],
      [0, 190, 22],
    ],
  })
  counts!: number[][];
}
