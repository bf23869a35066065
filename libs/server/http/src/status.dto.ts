import { ApiProperty } from '@nestjs/swagger';
import type { DependencyState, ProbeReport } from './dependency-probes';

/** One thing the app depends on, as the caller would find it right now. */
export class DependencyStatusDto {
  @ApiProperty({ type: String, example: 'lakebase' })
  name!: string;

  @ApiProperty({ type: String, enum: ['ok', 'degraded', 'down', 'not_configured'], example: 'ok' })
  state!: DependencyState;

  @ApiProperty({ type: 'integer', nullable: true, example: 12 })
  latency_ms!: number | null;

  @ApiProperty({ type: String, example: 'PostgreSQL 17.10' })
  detail!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What to do about it.', example: null })
  fix!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  checked_at!: string;

  static from(report: ProbeReport): DependencyStatusDto {
    return {
      name: report.name,
      state: report.state,
      latency_ms: report.latencyMs ?? null,
      detail: report.detail,
      fix: report.fix ?? null,
      checked_at: report.checkedAt.toISOString(),
    };
  }
}

export class StatusDto {
  @ApiProperty({ type: () => [DependencyStatusDto] })
  items!: DependencyStatusDto[];
}
