import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, UserCaller, WithoutDeadline, textDownload } from '@lakescope/server-http';
import { Controller, Delete, Get, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { MyData } from './my-data';
import { ErasedDataDto, MyDataDto } from './my-data.dto';

/** What the app keeps about the caller. Everybody may ask this about themselves, and about nobody else. */
@ApiTags('user')
@Controller('user/me/data')
export class MyDataController {
  constructor(private readonly myData: MyData) {}

  /** Downloads everything the app keeps about the caller. */
  @Get()
  @WithoutDeadline()
  @Audited({ action: 'user_data.export' })
  @ApiOkResponse({ type: MyDataDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async exportMyData(@CurrentCaller() caller: UserCaller): Promise<StreamableFile> {
    return textDownload(await this.myData.export(caller), { type: 'application/json', fileName: 'my-data.json' });
  }

  /** Erases everything the app keeps about the caller; what has to stay names nobody any more. */
  @Delete()
  @Audited({ action: 'user_data.erase', actingAs: 'system', success: 'transaction' })
  @ApiOkResponse({ type: ErasedDataDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  eraseMyData(@CurrentCaller() caller: UserCaller): Promise<ErasedDataDto> {
    return this.myData.erase(caller);
  }
}
