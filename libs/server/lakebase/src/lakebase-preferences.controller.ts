import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { ListPreferencesQuery } from './list-preferences.dto';
import { PreferenceDto } from './preference.dto';
import { PreferencePage } from './preference-page.dto';
import { Preferences } from './preferences';
import { PutPreferenceDto } from './put-preference.dto';

const IF_MATCH = { name: 'If-Match', required: false, description: 'Write only when this is still the version.' };

/** The caller's own preferences, by the path that says where they are kept. */
@ApiTags('lakebase')
@Controller('lakebase/preferences')
export class LakebasePreferencesController {
  constructor(private readonly preferences: Preferences) {}

  /** Lists the caller's preferences, or one of them. */
  @Get()
  @ApiOkResponse({ type: PreferencePage })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listLakebasePreferences(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListPreferencesQuery,
  ): Promise<PreferencePage> {
    return this.preferences.list(caller, query);
  }

  /** Stores a preference, replacing an earlier value. */
  @Put()
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PreferenceDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'INVALID_PREFERENCE',
    'PRECONDITION_FAILED',
    'PAYLOAD_TOO_LARGE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  putLakebasePreference(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PutPreferenceDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PreferenceDto> {
    return this.preferences.put(caller, body, ifMatch);
  }

  /** Stores a preference, replacing an earlier value; the same as PUT. */
  @Post()
  @HttpCode(200)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PreferenceDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'INVALID_PREFERENCE',
    'PRECONDITION_FAILED',
    'PAYLOAD_TOO_LARGE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  postLakebasePreference(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PutPreferenceDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PreferenceDto> {
    return this.preferences.put(caller, body, ifMatch);
  }

  /** Forgets a preference, so that its default applies again. */
  @Delete(':key')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Forgotten.' })
  @ApiProblems('PREFERENCE_NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  deleteLakebasePreference(@CurrentCaller() caller: UserCaller, @Param('key') key: string): Promise<void> {
    return this.preferences.delete(caller, key);
  }
}
