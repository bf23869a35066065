import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller, type ErrorCode } from '@lakescope/server-http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ObjectBrowser } from './object-browser';
import { ObjectLinks } from './object-links';
import { S3BucketPage } from './s3-bucket.dto';
import { S3DownloadUrlDto } from './s3-download-url.dto';
import { S3ObjectPage } from './s3-object.dto';
import { ListS3BucketsRequest, ListS3ObjectsRequest, S3DownloadUrlRequest } from './s3-requests.dto';

const PROBLEMS = [
  'INVALID_REQUEST',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'CONFLICT',
  'RATE_LIMITED',
  'UPSTREAM_ERROR',
  'UPSTREAM_TIMEOUT',
  'LAKEBASE_NOT_CONFIGURED',
  'DATABASE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

/** Looks into buckets by the caller's connections. */
@ApiTags('s3')
@Controller('s3')
export class S3ObjectsController {
  constructor(
    private readonly browser: ObjectBrowser,
    private readonly links: ObjectLinks,
  ) {}

  /** Lists the buckets of a connection. */
  @Post('buckets')
  @HttpCode(200)
  @ApiOkResponse({ type: S3BucketPage })
  @ApiProblems(...PROBLEMS)
  listS3Buckets(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ListS3BucketsRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<S3BucketPage> {
    return this.browser.listBuckets(caller, body, signal);
  }

  /** Lists objects and folders below a prefix of a bucket. */
  @Post('list')
  @HttpCode(200)
  @ApiOkResponse({ type: S3ObjectPage })
  @ApiProblems(...PROBLEMS)
  listS3Objects(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ListS3ObjectsRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<S3ObjectPage> {
    return this.browser.listObjects(caller, body, signal);
  }

  /** Makes a link by which an object can be downloaded without signing in, for an hour at most. */
  @Post('download-url')
  @HttpCode(200)
  @Audited({ action: 's3_object.link', target: objectIn })
  @ApiOkResponse({ type: S3DownloadUrlDto })
  @ApiProblems(...PROBLEMS)
  createS3DownloadUrl(
    @CurrentCaller() caller: UserCaller,
    @Body() body: S3DownloadUrlRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<S3DownloadUrlDto> {
    return this.links.create(caller, body, signal);
  }
}

/** By the connection, because its bucket need not be in the request. */
function objectIn({ body }: FastifyRequest): string | undefined {
  const { connection_id: connection, bucket, key } = (body ?? {}) as Record<string, unknown>;
  if (typeof key !== 'string') return undefined;
  const place = typeof bucket === 'string' ? `s3://${bucket}/${key}` : key;
  return typeof connection === 'string' ? `${connection.slice(0, 100)} ${place}` : place;
}
