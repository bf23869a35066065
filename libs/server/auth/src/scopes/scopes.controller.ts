import { ApiProblems, CurrentCaller, RequestSignal, RequiresAdmin, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ScopePreflight } from './scope-preflight';
import { ScopePreflightDto } from './scope-preflight.dto';

/** The scope preflight. */
@ApiTags('admin')
@Controller('admin/scopes')
@RequiresAdmin()
export class ScopesController {
  constructor(@Inject(ScopePreflight) private readonly preflight: ScopePreflight) {}

  @Get()
  @ApiOperation({
    operationId: 'getScopePreflight',
    summary: 'Which scopes the features need, and which of them the app and the caller have',
  })
  @ApiOkResponse({ type: ScopePreflightDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED')
  async getScopePreflight(
    @CurrentCaller() caller: UserCaller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ScopePreflightDto> {
    return ScopePreflightDto.from(await this.preflight.run(caller, signal));
  }
}
