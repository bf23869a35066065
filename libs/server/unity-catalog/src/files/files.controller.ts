import { Controller, Get, Head, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller, WithoutDeadline } from '@lakescope/server-http';
import type { FastifyReply } from 'fastify';
import { FileContent } from './file-content';
import { FilePage } from './file-entry.dto';
import { FileContentQuery, FileQuery, ListFilesQuery } from './files-query.dto';
import { FilePreviewDto } from './preview/file-preview.dto';
import { FilePreviews } from './preview/file-previews';
import { VolumeDirectory } from './volume-directory';

const BYTES = { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } as const;

/** Files of volumes, read with the caller's own rights. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/files')
export class FilesController {
  constructor(
    private readonly directory: VolumeDirectory,
    private readonly content: FileContent,
    private readonly previews: FilePreviews,
  ) {}

  /** Lists a directory of a volume. */
  @Get()
  @ApiOkResponse({ type: FilePage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  listFiles(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListFilesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FilePage> {
    return this.directory.list(caller, query, signal);
  }

  /** Says size, type and age of a file without reading it. */
  // Before the GET route: Fastify declares a HEAD route of its own for a GET that has none yet.
  @Head('content')
  @ApiOkResponse({ description: 'The headers that a GET would answer with.' })
  @ApiProblems('INVALID_REQUEST', 'PERMISSION_DENIED', 'SCOPE_MISSING', 'NOT_FOUND', 'UPSTREAM_ERROR')
  headFileContent(
    @CurrentCaller() caller: UserCaller,
    @Query() query: FileContentQuery,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.content.describe(caller, query, signal, reply);
  }

  /** Streams a file, or a range of it. */
  @Get('content')
  @WithoutDeadline()
  @ApiHeader({ name: 'Range', required: false, description: 'One range of bytes, for example bytes=0-1023.' })
  @ApiHeader({ name: 'If-Range', required: false, description: 'Answer the range only when the file is still this.' })
  @ApiOkResponse({ description: 'The whole file.', ...BYTES })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'Answer nothing when the file is still this.' })
  @ApiResponse({ status: 206, description: 'The range that was asked for.', ...BYTES })
  @ApiResponse({ status: 304, description: 'The file is still the one of If-None-Match.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'RANGE_NOT_SATISFIABLE',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  getFileContent(
    @CurrentCaller() caller: UserCaller,
    @Query() query: FileContentQuery,
    @Headers() headers: Record<string, string | undefined>,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.content.stream(caller, query, headers, signal, reply);
  }

  /** Shows the beginning of a file: rows, text, or that it is an image. */
  @Get('preview')
  @ApiOkResponse({ type: FilePreviewDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  previewFile(
    @CurrentCaller() caller: UserCaller,
    @Query() { path }: FileQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FilePreviewDto> {
    return this.previews.preview(caller, path, signal);
  }
}
