import { IsInstant, Paged } from '@lakescope/server-http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { JOB_FOLDER_STATUSES, JOB_STATUSES, type JobFolderStatus, type JobStatus } from './job-values';
import { ScopeFilter } from './scope-filter.dto';

/** Which jobs are asked for. */
class JobFilter extends ScopeFilter {
  @ApiPropertyOptional({ description: 'Those that stand so.', enum: JOB_STATUSES })
  @IsOptional()
  @IsIn(JOB_STATUSES)
  status?: JobStatus;

  @ApiPropertyOptional({
    type: Boolean,
    description: '`true`: those that wait or are under way. `false`: those that have ended.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: '$property must be true or false' })
  active?: boolean;

  @ApiPropertyOptional({ description: 'Those that read this manifest.', example: 's3://acme-cda/cda/manifest.json' })
  @IsOptional()
  @IsString()
  @MaxLength(2_048)
  source?: string;

  @ApiPropertyOptional({ description: 'Those that write there.', example: 's3://claims-lake/raw/guidewire' })
  @IsOptional()
  @IsString()
  @MaxLength(2_048)
  target?: string;

  @ApiPropertyOptional({ description: 'Those of this person; of others for administrators alone.' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  user_id?: string;

  @ApiPropertyOptional({ description: 'Those that this schedule started.', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  schedule_id?: string;

  @ApiPropertyOptional({ description: 'Those begun at this time or later.', type: String, format: 'date-time' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ description: 'Those begun before this time.', type: String, format: 'date-time' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

export class ListJobsQuery extends Paged(JobFilter) {}

class JobFolderFilter {
  @ApiPropertyOptional({ description: 'Those that stand so.', enum: JOB_FOLDER_STATUSES })
  @IsOptional()
  @IsIn(JOB_FOLDER_STATUSES)
  status?: JobFolderStatus;
}

export class ListJobFoldersQuery extends Paged(JobFolderFilter) {}
