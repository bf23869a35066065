import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DefaultSchema } from './default-schema';
import { PutSchemaSettingDto, SchemaSettingDto } from './schema-setting.dto';

/** Where in Unity Catalog the caller's documents are kept. */
@ApiTags('settings')
@Controller('settings/unity-catalog-schema')
export class SchemaSettingController {
  constructor(private readonly schema: DefaultSchema) {}

  /** The caller's default schema: the one they chose, else the one the app was set up with. Answers without a database, too. */
  @Get()
  @ApiOkResponse({ type: SchemaSettingDto })
  async getUnityCatalogSchema(@CurrentCaller() caller: UserCaller): Promise<SchemaSettingDto> {
    return SchemaSettingDto.from(await this.schema.read(caller));
  }

  /** Chooses the caller's default schema; it is kept as the preference uc_schema. */
  @Put()
  @ApiOkResponse({ type: SchemaSettingDto })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async putUnityCatalogSchema(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PutSchemaSettingDto,
  ): Promise<SchemaSettingDto> {
    return SchemaSettingDto.from(await this.schema.choose(caller, body.uc_schema));
  }
}
