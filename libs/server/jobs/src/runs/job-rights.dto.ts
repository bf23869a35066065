import { RIGHTS, type RightName } from '@lakescope/server-s3';
import { ApiProperty } from '@nestjs/swagger';

export const JOB_SIDES = ['source', 'target'] as const;
export const JOB_RIGHTS = [...RIGHTS, 'write_refused'] as const;
export const JOB_RIGHT_STATUSES = ['ok', 'missing', 'excessive', 'failed', 'not_tried'] as const;

export type JobRight = RightName | 'write_refused';
export type JobRightStatus = (typeof JOB_RIGHT_STATUSES)[number];

/** How it went with one right at one end of a job. */
export class JobRightDto {
  @ApiProperty({ enum: JOB_SIDES, example: 'source' })
  side!: (typeof JOB_SIDES)[number];

  /** What was tried; `write_refused`: whether the source is kept from being written. */
  @ApiProperty({ enum: JOB_RIGHTS, example: 'get_object' })
  right!: JobRight;

  /**
   * `missing`: the job would fail. `excessive`: the job works, and the keys may do more than it needs. `failed`: something else is wrong.
   * `not_tried`: it could not be tried, as the detail says.
   */
  @ApiProperty({ enum: JOB_RIGHT_STATUSES, example: 'ok' })
  status!: JobRightStatus;

  /** Whether the job needs it to be `ok`. */
  @ApiProperty({ example: true })
  needed!: boolean;

  /** What was seen, for people. */
  @ApiProperty({ example: 's3://acme-cda/cda/manifest.json can be read.' })
  detail!: string;

  /** What to do about it; null where nothing is to be done. */
  @ApiProperty({ type: String, nullable: true, example: null })
  advice!: string | null;

  /** The statement of a policy that mends it; null where none would. */
  @ApiProperty({ type: String, nullable: true, example: null })
  policy_line!: string | null;
}

/** Whether the connections of a job may do what it needs, and no more. */
export class JobRightsDto {
  /** Whether everything that the job needs is there. */
  ready!: boolean;

  /** The rights, one by one, those of the source first. */
  @ApiProperty({ type: () => [JobRightDto] })
  rights!: JobRightDto[];

  @ApiProperty({ format: 'date-time' })
  checked_at!: string;
}
