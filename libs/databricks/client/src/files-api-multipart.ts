import type {
  CreateAbortUploadUrlResponse,
  CreateUploadPartUrlsResponse,
  InitiateUploadResponse,
  UploadedPart,
} from '@lakescope/databricks-wire';
import { defaults } from './defaults';
import { PlatformError } from './platform-error';
import { encodePath } from './platform-path';
import type { SignedLinks } from './signed-links';
import type { CallOptions, Credential, Transport } from './transport';
import { UploadContent, type UploadSource } from './upload-content';

/** An upload in parts that is under way. Plain data: any replica may go on with it. The token lets its holder write: a secret. */
export interface UploadSession {
  readonly path: string;
  readonly token: string;
}

/**
 * Uploads in parts (Files API 2.0, `initiate-upload` to `complete-upload`): parts may come in any order, from any process, and again
 * after a cut. Nothing is to be seen of the file before `complete`. Storage wants 5 MiB at least in every part but the last, and 10,000
 * parts at most.
 */
export class MultipartUploads {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
    private readonly links: SignedLinks,
  ) {}

  /**
   * Without `overwrite` a file that is there fails the call, now or on `complete`. `endpoint_not_found` and `upstream` mean that this
   * platform cannot take a file in parts.
   */
  async start(path: string, options: CallOptions & { overwrite: boolean }): Promise<UploadSession> {
    const { overwrite, ...call } = options;
    const answer = await this.transport.json<InitiateUploadResponse>(this.credential, {
      ...call,
      method: 'POST',
      path: `/api/2.0/fs/files${encodePath(path)}`,
      query: { action: 'initiate-upload', overwrite },
    });
    const token = answer.multipart_upload?.session_token;
    if (token === undefined)
      throw new PlatformError('upstream', 'The platform offers no upload in parts for this file');
    return { path, token };
  }

  /**
   * Parts are counted from 1. Sending one again replaces it; keep what is answered for `complete`. Storage wants to know the length of a
   * part beforehand, so a stream needs `sizeBytes`.
   */
  async sendPart(
    session: UploadSession,
    partNumber: number,
    source: UploadSource,
    options: CallOptions & { sizeBytes?: number } = {},
  ): Promise<UploadedPart> {
    const { sizeBytes, ...call } = options;
    const content = new UploadContent(source, sizeBytes);
    if (content.sizeBytes === undefined) throw new PlatformError('bad_request', 'The length of a part must be known');
    const answer = await this.transport.json<CreateUploadPartUrlsResponse>(this.credential, {
      ...call,
      method: 'POST',
      path: '/api/2.0/fs/create-upload-part-urls',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        path: session.path,
        session_token: session.token,
        start_part_number: partNumber,
        count: 1,
        expire_time: expireTime(),
      }),
      // Asking for a link changes nothing.
      idempotent: true,
    });
    const link = answer.upload_part_urls?.find((part) => part.part_number === partNumber);
    if (link === undefined) throw new PlatformError('upstream', 'The platform gave no link for a part of the upload');
    const stored = await this.links.send('PUT', link, { ...call, content });
    const etag = stored.headers.get('etag');
    if (etag === undefined) throw new PlatformError('upstream', 'The storage gave no ETag for a part of the upload');
    return { part_number: partNumber, etag };
  }

  /**
   * Makes the file out of the parts, in order of their numbers; the session ends. Storage may be silent for minutes while it puts
   * gigabytes together, so the deadline is a longer one. After a `timeout` the call may be made again: it goes on where it was.
   */
  async complete(session: UploadSession, parts: readonly UploadedPart[], options: CallOptions = {}): Promise<void> {
    await this.transport.json(this.credential, {
      deadlineMs: defaults.completionDeadlineMs,
      ...options,
      method: 'POST',
      path: `/api/2.0/fs/files${encodePath(session.path)}`,
      query: { action: 'complete-upload', upload_type: 'multipart', session_token: session.token },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ parts: [...parts].sort((one, other) => one.part_number - other.part_number) }),
      // Completing what is complete changes nothing, as the official SDKs rely on.
      idempotent: true,
    });
  }

  /** Gives the upload up and frees what its parts take. */
  async abort(session: UploadSession, options: CallOptions = {}): Promise<void> {
    const answer = await this.transport.json<CreateAbortUploadUrlResponse>(this.credential, {
      ...options,
      method: 'POST',
      path: '/api/2.0/fs/create-abort-upload-url',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: session.path, session_token: session.token, expire_time: expireTime() }),
      idempotent: true,
    });
    const link = answer.abort_upload_url;
    if (link === undefined) throw new PlatformError('upstream', 'The platform gave no link to end the upload with');
    await this.links.send('DELETE', link, options);
  }
}

function expireTime(): string {
  return new Date(Date.now() + defaults.signedLinkMs).toISOString();
}
