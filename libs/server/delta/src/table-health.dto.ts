import { ApiProperty } from '@nestjs/swagger';
import {
  HEALTH_CODES,
  type HealthCode,
  type HealthFinding,
  type HealthSeverity,
  type TableHealth,
} from '@lakescope/delta';

/** Something about a table that its owner should know. */
export class HealthFindingDto {
  @ApiProperty({ enum: HEALTH_CODES, example: 'SMALL_FILES' })
  code!: HealthCode;

  /** `info` is worth knowing, `warning` costs time or money, `bad` means that rows cannot be read or may be lost. */
  @ApiProperty({ enum: ['info', 'warning', 'bad'] })
  severity!: HealthSeverity;

  @ApiProperty({ example: 'Many small files' })
  title!: string;

  /** What was seen, in numbers. */
  @ApiProperty({ example: '120 of 130 files are smaller than 16 MiB; the mean is 1.2 MiB.' })
  detail!: string;

  /** What to do. */
  advice!: string;

  /** The statement that does it; null where none does. */
  @ApiProperty({ type: String, nullable: true, example: 'OPTIMIZE demo.lake.flights;' })
  statement!: string | null;

  /** The numbers by themselves. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  facts!: Record<string, unknown>;

  static from({ statement, ...finding }: HealthFinding): HealthFindingDto {
    return Object.assign(new HealthFindingDto(), finding, { statement: statement ?? null });
  }
}

/** The state a version of a table is in. */
export class TableHealthDto {
  /** How the table was read. */
  @ApiProperty({ enum: ['storage'] })
  via!: 'storage';

  /** Version that was looked at. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** The worst of the findings; good when there is none above info. */
  @ApiProperty({ enum: ['good', 'warning', 'bad'] })
  status!: TableHealth['status'];

  /** What was found; the worst things come first. */
  @ApiProperty({ type: () => [HealthFindingDto] })
  findings!: HealthFindingDto[];

  /** Data files that were looked for; null when that was not asked. */
  @ApiProperty({ type: 'integer', nullable: true })
  checked_files!: number | null;

  static from({ version, status, findings, checkedFiles }: TableHealth): TableHealthDto {
    const dto = new TableHealthDto();
    dto.via = 'storage';
    dto.version = version;
    dto.status = status;
    dto.findings = findings.map((finding) => HealthFindingDto.from(finding));
    dto.checked_files = checkedFiles ?? null;
    return dto;
  }
}
