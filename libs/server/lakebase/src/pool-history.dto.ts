import type { PoolHistory, PoolInterval } from '@lakescope/server-persistence';
import { ApiProperty } from '@nestjs/swagger';

/** What happened to the connection pool within one interval. */
export class PoolIntervalDto {
  /** Begin of the interval. */
  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  /** Most connections that were open. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  total!: number;

  /** Fewest connections that were open and unused. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  idle!: number;

  /** Most requests that waited for a connection. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  waiting!: number;

  /** How often a connection was asked for. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  acquires!: number;

  /** Longest that somebody waited for a connection. */
  @ApiProperty({ type: 'number', minimum: 0 })
  longest_wait_ms!: number;

  /** Connections that were opened. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  connects!: number;

  /** Connections that could not be opened. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  connect_failures!: number;

  /** Of these, the ones where the server refused the credential. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  auth_failures!: number;

  /** Credentials that were fetched. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  credential_refreshes!: number;

  static from(interval: PoolInterval): PoolIntervalDto {
    const dto = new PoolIntervalDto();
    dto.at = interval.at.toISOString();
    dto.total = interval.total;
    dto.idle = interval.idle;
    dto.waiting = interval.waiting;
    dto.acquires = interval.acquires;
    dto.longest_wait_ms = interval.longestWaitMs;
    dto.connects = interval.connects;
    dto.connect_failures = interval.connectFailures;
    dto.auth_failures = interval.authFailures;
    dto.credential_refreshes = interval.credentialRefreshes;
    return dto;
  }
}

/** The last hour of the connection pool. */
export class PoolHistoryDto {
  /** Length of an interval. */
  @ApiProperty({ type: 'integer', example: 10 })
  interval_seconds!: number;

  /** The most connections the pool opens. */
  @ApiProperty({ type: 'integer', example: 20 })
  max!: number;

  /** Oldest first; an interval in which nothing happened is left out. */
  @ApiProperty({ type: [PoolIntervalDto] })
  items!: PoolIntervalDto[];

  static from(history: PoolHistory): PoolHistoryDto {
    const dto = new PoolHistoryDto();
    dto.interval_seconds = history.intervalSeconds;
    dto.max = history.max;
    dto.items = history.recent().map((interval) => PoolIntervalDto.from(interval));
    return dto;
  }
}
