import { JobSummaryDto } from '@lakescope/server-jobs';
import { ProblemDto } from '@lakescope/server-http';
import { ServingEndpointDto } from '@lakescope/server-serving';
import { SearchedText, SearchHitDto } from '@lakescope/server-unity-catalog';
import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as TransformTo } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** What to search for, everywhere. */
export class SearchEverythingQuery extends SearchedText {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 50,
    default: 10,
    description: 'Most items of each group.',
  })
  @TransformTo(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  limit: number = 10;
}

export interface GroupOf<T> {
  items: T[];
  has_more: boolean;
  problem: ProblemDto | null;
}

/** The class of what one place has of `Item`, for the document. */
function FoundGroup<T>(Item: Type<T>): Type<GroupOf<T>> {
  class ItemGroup implements GroupOf<T> {
    @ApiProperty({
      type: () => [Item],
      description: 'What was found, the best first; nothing where there is a problem.',
    })
    items!: T[];

    @ApiProperty({ description: 'Whether there is more than is shown; the own search of the place shows all.' })
    has_more!: boolean;

    @ApiProperty({
      type: () => ProblemDto,
      nullable: true,
      description: 'Why this place could not be searched, as its own operation would say it; null where it was.',
    })
    problem!: ProblemDto | null;
  }
  return ItemGroup;
}

/** Catalogs, schemas, tables and volumes. */
export class FoundObjectsDto extends FoundGroup(SearchHitDto) {
  /** Whether not everything the caller may see was looked through: there is too much of it, or a part could not be listed. */
  incomplete!: boolean;
}

/** Serving endpoints, by their names and those of their models. */
export class FoundEndpointsDto extends FoundGroup(ServingEndpointDto) {}

/** The caller's own ingestion jobs, by source, target, status and id; the newest first. */
export class FoundJobsDto extends FoundGroup(JobSummaryDto) {}

/** What each place has; one that could not be searched says so in its group, and the others are there all the same. */
export class EverythingFoundDto {
  @ApiProperty({ type: () => FoundObjectsDto })
  catalog!: FoundObjectsDto;

  @ApiProperty({ type: () => FoundEndpointsDto })
  serving_endpoints!: FoundEndpointsDto;

  @ApiProperty({ type: () => FoundJobsDto })
  jobs!: FoundJobsDto;
}
