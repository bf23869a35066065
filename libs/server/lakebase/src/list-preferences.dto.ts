import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '@lakescope/server-http';

/** Which preferences of the caller to list. */
export class ListPreferencesQuery extends PageQuery {
  /** Only this preference. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  preference_key?: string;
}
