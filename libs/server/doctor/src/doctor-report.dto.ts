import { ApiProperty } from '@nestjs/swagger';
import type { FindingState } from './finding';
import type { DoctorReport, Examined } from './examination';

/** One thing that was looked at. */
export class DoctorItemDto {
  /** Stable name of the check. */
  @ApiProperty({ example: 'postgres_reachable' })
  id!: string;

  /** What was looked at, for people. */
  @ApiProperty({ example: 'Postgres can be reached' })
  title!: string;

  /** How it came out: `warning` works but is not as it should be, `skipped` could not be tried. */
  @ApiProperty({ type: String, enum: ['ok', 'warning', 'failed', 'skipped'], example: 'ok' })
  state!: FindingState;

  /** What was found. */
  @ApiProperty({ example: 'PostgreSQL 17.10 answers over verified TLS.' })
  detail!: string;

  /** What to do about it. */
  @ApiProperty({ type: String, nullable: true, example: null })
  fix!: string | null;

  static from(examined: Examined): DoctorItemDto {
    return {
      id: examined.id,
      title: examined.title,
      state: examined.state,
      detail: examined.detail,
      fix: examined.fix ?? null,
    };
  }
}

/** Whether everything the app needs is set up. */
export class DoctorReportDto {
  /** True when no check failed. */
  ready!: boolean;

  @ApiProperty({ type: () => [DoctorItemDto] })
  items!: DoctorItemDto[];

  /** When the checks ended. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  checked_at!: string;

  static from(report: DoctorReport): DoctorReportDto {
    return {
      ready: report.ready,
      items: report.items.map((item) => DoctorItemDto.from(item)),
      checked_at: report.checkedAt.toISOString(),
    };
  }
}
