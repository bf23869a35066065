import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, PageQuery, UserCaller } from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GrantedConnectionPage, GrantS3ConnectionDto, S3ConnectionGrantDto, S3ConnectionGrantPage } from './grant.dto';
import { Grants } from './grants';

const id = (request: FastifyRequest): string | undefined => (request.params as { id?: string }).id;

/** Who may start jobs with a connection of the caller's, without seeing its keys or looking into the storage with it. */
@ApiTags('s3')
@Controller('s3')
export class GrantsController {
  constructor(private readonly grants: Grants) {}

  /** Lists connections that others let the caller start jobs with. */
  @Get('granted-connections')
  @ApiOkResponse({ type: GrantedConnectionPage })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listGrantedConnections(
    @CurrentCaller() caller: UserCaller,
    @Query() query: PageQuery,
  ): Promise<GrantedConnectionPage> {
    return this.grants.granted(caller, query);
  }

  /** Lists who may start jobs with a connection of the caller's. */
  @Get('connections/:id/grants')
  @ApiOkResponse({ type: S3ConnectionGrantPage })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listS3ConnectionGrants(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @Query() query: PageQuery,
  ): Promise<S3ConnectionGrantPage> {
    return this.grants.list(caller, connectionId, query);
  }

  /** Lets a person start jobs with a connection, within its bucket and below its prefix. */
  @Post('connections/:id/grants')
  @Audited({ action: 's3_connection.grant', success: 'transaction', target: id })
  @ApiCreatedResponse({ type: S3ConnectionGrantDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  grantS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @Body() { grantee }: GrantS3ConnectionDto,
  ): Promise<S3ConnectionGrantDto> {
    return this.grants.grant(caller, connectionId, grantee);
  }

  /** Takes that from them again. Their jobs that are under way go on; none begins any more. */
  @Delete('connections/:id/grants/:grantee')
  @HttpCode(204)
  @Audited({ action: 's3_connection.revoke', success: 'transaction', target: id })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  revokeS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @Param('grantee') grantee: string,
  ): Promise<void> {
    return this.grants.revoke(caller, connectionId, grantee);
  }
}
