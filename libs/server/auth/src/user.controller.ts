import { PlatformError } from '@lakescope/databricks-client';
import { DatabricksConfig } from '@lakescope/server-config';
import { ApiProblems, CurrentCaller, DomainError, Public, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Administrators } from './administrators/administrators';
import { AuthStatusDto } from './auth-status.dto';
import { forwardedToken } from './identity/forwarded-token';
import { Identities } from './identity/identities';
import { MeDto } from './me.dto';
import { MyWorkspaceDto } from './my-workspace.dto';

@ApiTags('user')
@Controller('user')
export class UserController {
  constructor(
    @Inject(Identities) private readonly identities: Identities,
    @Inject(Administrators) private readonly administrators: Administrators,
    @Inject(DatabricksConfig) private readonly databricks: DatabricksConfig,
  ) {}

  @Get('me')
  @ApiOperation({ operationId: 'getMe', summary: 'Who the caller is' })
  @ApiOkResponse({ type: MeDto })
  getMe(@CurrentCaller() caller: UserCaller): MeDto {
    return MeDto.from(caller, this.administrators.isAmong(caller.groups));
  }

  @Get('me/workspace')
  @ApiOperation({ operationId: 'getMyWorkspace', summary: 'Who the caller is, and in which workspace' })
  @ApiOkResponse({ type: MyWorkspaceDto })
  getMyWorkspace(@CurrentCaller() caller: UserCaller): MyWorkspaceDto {
    return MyWorkspaceDto.from(this.getMe(caller), this.databricks);
  }

  @Get('auth/status')
  @Public()
  @ApiOperation({ operationId: 'getAuthStatus', summary: 'Whether and how the request is signed in; never refuses' })
  @ApiOkResponse({ type: AuthStatusDto })
  @ApiProblems('RATE_LIMITED')
  async getAuthStatus(@Req() request: FastifyRequest): Promise<AuthStatusDto> {
    try {
      return AuthStatusDto.signedIn(await this.identities.callerOf(forwardedToken(request.raw)));
    } catch (error) {
      if (error instanceof DomainError) return AuthStatusDto.refused(error.code);
      if (error instanceof PlatformError) return AuthStatusDto.refused('AUTH_USER_IDENTITY_FAILED');
      throw error;
    }
  }
}
