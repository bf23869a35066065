import {
  ApiProblems,
  CurrentCaller,
  RequestSignal,
  StreamedRequestBody,
  TakesStream,
  UserCaller,
  WithoutBody,
  WithoutDeadline,
  type StreamedBody,
} from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { FileEntryDto } from './file-entry.dto';
import { limits } from './file-limits';
import { StartUploadDto, UploadDto, UploadParameters, UploadPartParameters } from './upload.dto';
import { Uploads } from './uploads';

/** Uploads in parts: resumable after a cut, on any replica. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/files/uploads')
export class UploadsController {
  constructor(private readonly uploads: Uploads) {}

  /** Begins an upload of up to 5 GiB. What stands in its way is told now, before anything is sent. */
  @Post()
  @ApiCreatedResponse({ type: UploadDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'PRECONDITION_FAILED',
    'PAYLOAD_TOO_LARGE',
    'RATE_LIMITED',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  startUpload(
    @CurrentCaller() caller: UserCaller,
    @Body() body: StartUploadDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<UploadDto> {
    return this.uploads.start(caller, body, signal);
  }

  /** Says which parts of an upload are there, to go on with it. */
  @Get(':id')
  @ApiOkResponse({ type: UploadDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE', 'SERVICE_UNAVAILABLE')
  getUpload(@CurrentCaller() caller: UserCaller, @Param() { id }: UploadParameters): Promise<UploadDto> {
    return this.uploads.find(caller, id);
  }

  /** Takes one part, in any order; sent again it replaces what was sent before. */
  @Put(':id/parts/:part')
  @WithoutDeadline()
  @TakesStream({ maxBytes: limits.requestBytes })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: UploadDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  putUploadPart(
    @CurrentCaller() caller: UserCaller,
    @Param() part: UploadPartParameters,
    @StreamedRequestBody() body: StreamedBody,
    @RequestSignal() signal: AbortSignal,
  ): Promise<UploadDto> {
    return this.uploads.sendPart(caller, part, body, signal);
  }

  /** Makes the file out of its parts. Nothing is to be seen of it before. */
  @Post(':id/complete')
  @HttpCode(200)
  @WithoutDeadline()
  @WithoutBody()
  @ApiOkResponse({ type: FileEntryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'CONFLICT',
    'PRECONDITION_FAILED',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  completeUpload(
    @CurrentCaller() caller: UserCaller,
    @Param() { id }: UploadParameters,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FileEntryDto> {
    return this.uploads.complete(caller, id, signal);
  }

  /** Gives an upload up. */
  @Delete(':id')
  @HttpCode(204)
  @WithoutBody()
  @ApiNoContentResponse()
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  abortUpload(
    @CurrentCaller() caller: UserCaller,
    @Param() { id }: UploadParameters,
    @RequestSignal() signal: AbortSignal,
  ): Promise<void> {
    return this.uploads.abort(caller, id, signal);
  }
}
