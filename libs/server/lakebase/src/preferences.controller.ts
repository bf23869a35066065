import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
  applyDecorators,
  type Type,
} from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiProblems,
  CurrentCaller,
  entityTag,
  UserCaller,
  WriteCondition,
  type Precondition,
} from '@lakescope/server-http';
import { ListPreferencesQuery } from './list-preferences.dto';
import { PreferenceDto } from './preference.dto';
import { PreferencePage } from './preference-page.dto';
import { Preferences } from './preferences';
import { PutPreferenceDto } from './put-preference.dto';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'Only when this is still the version: the ETag of an answer. `*`: only when there is one.',
};
const IF_NONE_MATCH = { name: 'If-None-Match', required: false, description: '`*`: only when there is none yet.' };

interface Reply {
  header(name: string, value: string): unknown;
}

interface Place {
  readonly path: string;
  readonly tag: string;
  /** What the names of the operations call one and many of them. */
  readonly one: string;
  readonly many: string;
}

/** The caller's own preferences, at one path. */
function preferencesAt({ path, tag, one, many }: Place): Type<object> {
  const stores = (verb: 'put' | 'post', summary: string): MethodDecorator =>
    applyDecorators(
      HttpCode(200),
      ApiOperation({ operationId: `${verb}${one}`, summary }),
      ApiHeader(IF_MATCH),
      ApiHeader(IF_NONE_MATCH),
      ApiOkResponse({
        type: PreferenceDto,
        headers: { ETag: { description: 'The version that was stored.', schema: { type: 'string' } } },
      }),
      ApiProblems(
        'INVALID_REQUEST',
        'INVALID_PREFERENCE',
        'PRECONDITION_FAILED',
        'PAYLOAD_TOO_LARGE',
        'LAKEBASE_NOT_CONFIGURED',
        'DATABASE_UNAVAILABLE',
      ),
    );

  @ApiTags(tag)
  @Controller(path)
  class PreferencesController {
    constructor(private readonly preferences: Preferences) {}

    @Get()
    @ApiOperation({ operationId: `list${many}`, summary: "The caller's preferences, or one of them" })
    @ApiOkResponse({ type: PreferencePage })
    @ApiProblems('INVALID_REQUEST', 'INVALID_PREFERENCE', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
    list(@CurrentCaller() caller: UserCaller, @Query() query: ListPreferencesQuery): Promise<PreferencePage> {
      return this.preferences.list(caller, query);
    }

    @Put()
    @stores('put', 'Stores a preference, replacing an earlier value')
    async put(
      @CurrentCaller() caller: UserCaller,
      @Body() body: PutPreferenceDto,
      @Res({ passthrough: true }) reply: Reply,
      @WriteCondition() condition?: Precondition,
    ): Promise<PreferenceDto> {
      const stored = await this.preferences.put(caller, body, condition);
      reply.header('ETag', entityTag(stored.version));
      return stored;
    }

    @Post()
    @stores('post', 'Stores a preference, replacing an earlier value; the same as PUT')
    post(
      @CurrentCaller() caller: UserCaller,
      @Body() body: PutPreferenceDto,
      @Res({ passthrough: true }) reply: Reply,
      @WriteCondition() condition?: Precondition,
    ): Promise<PreferenceDto> {
      return this.put(caller, body, reply, condition);
    }

    @Delete(':key')
    @HttpCode(204)
    @ApiOperation({
      operationId: `delete${one}`,
      summary: 'Forgets a preference, so that its default applies again',
    })
    @ApiHeader(IF_MATCH)
    @ApiNoContentResponse({ description: 'Forgotten.' })
    @ApiProblems(
      'INVALID_REQUEST',
      'PREFERENCE_NOT_FOUND',
      'PRECONDITION_FAILED',
      'LAKEBASE_NOT_CONFIGURED',
      'DATABASE_UNAVAILABLE',
    )
    delete(
      @CurrentCaller() caller: UserCaller,
      @Param('key') key: string,
      @WriteCondition() condition?: Precondition,
    ): Promise<void> {
      return this.preferences.delete(caller, key, condition);
    }
  }
  // Logs and metrics tell the two apart by this name.
  Object.defineProperty(PreferencesController, 'name', { value: `${many}Controller` });
  return PreferencesController;
}

export const PreferencesController = preferencesAt({
  path: 'preferences',
  tag: 'preferences',
  one: 'Preference',
  many: 'Preferences',
});

/** The same, by the path that says where they are kept. */
export const LakebasePreferencesController = preferencesAt({
  path: 'lakebase/preferences',
  tag: 'lakebase',
  one: 'LakebasePreference',
  many: 'LakebasePreferences',
});
