import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

export const LOG_KINDS = ['service', 'build'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** Which log to read. */
export class EndpointLogsQuery {
  /** Name of the model within the endpoint; the first one without. */
  @ApiPropertyOptional({ type: String, example: 'flight-delay-2' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  served_entity?: string;

  /** What the model's container writes, or what was written when its image was built. */
  @ApiPropertyOptional({ enum: LOG_KINDS, default: 'service' })
  @IsOptional()
  @IsIn(LOG_KINDS)
  kind?: LogKind = 'service';
}

/** What a model behind an endpoint writes. */
export class EndpointLogsDto {
  @ApiProperty({ example: 'flight-delay-2' })
  served_entity!: string;

  @ApiProperty({ enum: LOG_KINDS, example: 'service' })
  kind!: LogKind;

  /** The newest last. */
  @ApiProperty({ type: [String], example: ['[2026-11-21 08:30:00 +0000] [flight-delay-2] Ready'] })
  lines!: string[];

  /** Whether older lines were left out. */
  truncated!: boolean;
}
