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
import { Body, Controller, Delete, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { TagCondition } from '../if-match';
import { DownloadLinks } from './download-links';
import { DownloadUrlDto } from './download-url.dto';
import { FileEntryDto } from './file-entry.dto';
import { limits } from './file-limits';
import { FileWriter } from './file-writer';
import {
  CreateDownloadUrlDto,
  DirectoryQuery,
  FileQuery,
  PutDirectoryDto,
  PutFileContentQuery,
} from './files-query.dto';
import { OptionalIfMatch } from './optional-if-match';

/** Files and directories of volumes, changed with the caller's own rights. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/files')
export class FileChangesController {
  constructor(
    private readonly writer: FileWriter,
    private readonly links: DownloadLinks,
  ) {}

  /** Writes a whole file of up to 16 MiB in one request. */
  @Put('content')
  @WithoutDeadline()
  @TakesStream({ maxBytes: limits.requestBytes })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The etag of the file as it was seen: replaces that version and no other, whatever `overwrite` says.',
  })
  @ApiOkResponse({ type: FileEntryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'CONFLICT',
    'PRECONDITION_FAILED',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'UPSTREAM_ERROR',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  putFileContent(
    @CurrentCaller() caller: UserCaller,
    @Query() query: PutFileContentQuery,
    @StreamedRequestBody() body: StreamedBody,
    @OptionalIfMatch() condition: TagCondition | undefined,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FileEntryDto> {
    return this.writer.put(caller, query, body, condition, signal);
  }

  /** Sees to it that a directory is there, with all of its parents. */
  @Put('directory')
  @ApiOkResponse({ type: FileEntryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  putDirectory(
    @CurrentCaller() caller: UserCaller,
    @Body() { path }: PutDirectoryDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FileEntryDto> {
    return this.writer.createDirectory(caller, path, signal);
  }

  /** Deletes a file. */
  @Delete()
  @HttpCode(204)
  @WithoutBody()
  @ApiNoContentResponse()
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  deleteFile(
    @CurrentCaller() caller: UserCaller,
    @Query() { path }: FileQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<void> {
    return this.writer.deleteFile(caller, path, signal);
  }

  /** Deletes an empty directory; one that is not is kept, and how much is in it is told. */
  @Delete('directory')
  @HttpCode(204)
  @WithoutBody()
  @ApiNoContentResponse()
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  deleteDirectory(
    @CurrentCaller() caller: UserCaller,
    @Query() { path }: DirectoryQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<void> {
    return this.writer.deleteDirectory(caller, path, signal);
  }

  /** Makes a link by which anybody who has it may read the file for a quarter of an hour, where the platform offers that. */
  @Post('download-url')
  @HttpCode(200)
  @ApiOkResponse({ type: DownloadUrlDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UNSUPPORTED_STORAGE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  createDownloadUrl(
    @CurrentCaller() caller: UserCaller,
    @Body() { path }: CreateDownloadUrlDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<DownloadUrlDto> {
    return this.links.create(caller, path, signal);
  }
}
