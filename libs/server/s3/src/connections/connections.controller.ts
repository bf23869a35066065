import { Audited } from '@lakescope/server-audit';
import {
  ApiProblems,
  CurrentCaller,
  entityTag,
  PageQuery,
  RequestSignal,
  UserCaller,
  WriteCondition,
  type Precondition,
} from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ConnectionCheck } from '../check/connection-check';
import { CheckS3ConnectionDto } from '../check/check-connection.dto';
import { S3RightsReportDto } from '../check/rights-report.dto';
import { Connections } from './connections';
import { S3ConnectionDto, S3ConnectionPage } from './connection.dto';
import { CreateS3ConnectionDto, UpdateS3ConnectionDto } from './write-connection.dto';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'Only when this is still the version: the ETag of an answer. `*`: only when there is one.',
};
const ETAG = { ETag: { description: 'The version that was stored.', schema: { type: 'string' } } };
const id = (request: FastifyRequest): string | undefined => (request.params as { id?: string }).id;

interface Reply {
  header(name: string, value: string): unknown;
}

/** The caller's own connections to S3 and to storage that speaks as S3 does. */
@ApiTags('s3')
@Controller('s3/connections')
export class S3ConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly rights: ConnectionCheck,
  ) {}

  /** Lists the caller's S3 connections, and the one of the environment for those who may use it. */
  @Get()
  @ApiOkResponse({ type: S3ConnectionPage })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listS3Connections(@CurrentCaller() caller: UserCaller, @Query() query: PageQuery): Promise<S3ConnectionPage> {
    return this.connections.list(caller, query);
  }

  /** Makes an S3 connection. Its keys are stored encrypted, and never answered. */
  @Post()
  @Audited({ action: 's3_connection.create', success: 'transaction' })
  @ApiCreatedResponse({ type: S3ConnectionDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'ALREADY_EXISTS',
    'CONFLICT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async createS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Body() body: CreateS3ConnectionDto,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<S3ConnectionDto> {
    return tagged(reply, await this.connections.create(caller, body));
  }

  /** Changes what is named of an S3 connection. */
  @Patch(':id')
  @Audited({ action: 's3_connection.update', success: 'transaction', target: id })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: S3ConnectionDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'CONFLICT',
    'PRECONDITION_FAILED',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async updateS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @Body() body: UpdateS3ConnectionDto,
    @Res({ passthrough: true }) reply: Reply,
    @WriteCondition() condition?: Precondition,
  ): Promise<S3ConnectionDto> {
    return tagged(reply, await this.connections.update(caller, connectionId, body, condition));
  }

  /** Deletes an S3 connection and its keys. */
  @Delete(':id')
  @HttpCode(204)
  @Audited({ action: 's3_connection.delete', success: 'transaction', target: id })
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'CONFLICT',
    'PRECONDITION_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @WriteCondition() condition?: Precondition,
  ): Promise<void> {
    return this.connections.delete(caller, connectionId, condition);
  }

  /** Tries each right that looking into the storage needs, and says which policy gives the missing ones. Writes only when asked to. */
  @Post(':id/check')
  @HttpCode(200)
  @ApiOkResponse({ type: S3RightsReportDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  checkS3Connection(
    @CurrentCaller() caller: UserCaller,
    @Param('id') connectionId: string,
    @Body() body: CheckS3ConnectionDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<S3RightsReportDto> {
    return this.rights.run(caller, connectionId, body, signal);
  }
}

function tagged(reply: Reply, connection: S3ConnectionDto): S3ConnectionDto {
  reply.header('ETag', entityTag(connection.version));
  return connection;
}
