import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from '../runs/job-values';

/** Where a stream is to go on. */
export class ReadStreamQuery {
  @ApiPropertyOptional({
    description: 'Goes on after the event of this id; the header Last-Event-ID counts before it.',
    type: String,
    example: '1204',
  })
  @IsOptional()
  @Matches(/^\d{1,18}$/, { message: '$property must be the id of an event of this stream' })
  after?: string;
}

/** Which lines of a log are asked for. */
export class ReadJobLogsQuery extends ReadStreamQuery {
  @ApiPropertyOptional({ description: 'Lines of this level and of worse ones.', enum: LOG_LEVELS, default: 'info' })
  @IsOptional()
  @IsIn(LOG_LEVELS)
  level?: LogLevel;

  @ApiPropertyOptional({ description: 'Lines about this table.', example: 'cc_claim' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  table?: string;
}

/** The same as a stream. */
export class StreamJobLogsQuery extends ReadJobLogsQuery {
  @ApiPropertyOptional({
    description: 'Whether events have a name; those without reach `EventSource.onmessage`.',
    enum: ['true', 'false'],
    default: 'true',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  named?: 'true' | 'false';
}
