import type { Readable } from 'node:stream';
import type {
  CreateDownloadUrlResponse,
  DirectoryEntry,
  ListDirectoryResponse,
  PresignedUrl,
} from '@lakescope/databricks-wire';
import { defaults } from './defaults';
import { MultipartUploads } from './files-api-multipart';
import { followPages } from './paging';
import { PlatformError } from './platform-error';
import { encodePath } from './platform-path';
import type { SignedLinks } from './signed-links';
import type { Answer, Call, CallOptions, Credential, Transport } from './transport';
import { UploadContent, type UploadSource } from './upload-content';

export type ByteRange = { offset: number; length: number } | { last: number };

export interface OpenOptions extends CallOptions {
  /** Numbers, or the text of a Range header as a client sent it. */
  range?: ByteRange | string;
  /** The text of an If-Unmodified-Since header; a newer file answers `precondition_failed`. */
  ifUnmodifiedSince?: string;
}

export interface OpenFile<Body = Readable> {
  status: 200 | 206;
  body: Body;
  /** Bytes in this answer, not in the whole file. */
  sizeBytes: number | undefined;
  contentRange?: string;
  contentType?: string;
  lastModified?: number;
}

export interface DirectoryPage {
  entries: DirectoryEntry[];
  nextPageToken: string | undefined;
}

export interface DirectoryPageOptions extends CallOptions {
  pageSize?: number;
  pageToken?: string;
}

export interface UploadOptions extends CallOptions {
  /** Without it a file that is there fails the call as `already_exists` or `conflict`. */
  overwrite: boolean;
  /**
   * The text of an If-Unmodified-Since header; a file that is newer fails the call as `precondition_failed`, one that is gone as
   * `not_found`. The platform has no such condition for writes (Files API 2.0), so the file is looked at just before: somebody who writes
   * in that moment is not noticed.
   */
  ifUnmodifiedSince?: string;
  /** How long a stream is, when that is known; content of another length fails the call and leaves the file as it was. */
  sizeBytes?: number;
}

/**
 * Files of Unity Catalog volumes (`/Volumes/c/s/v/...`) and of the versions of registered models (`/Models/c/s/m/version/...`, read only),
 * by `/api/2.0/fs`. Paths are absolute and not percent-encoded.
 */
export class FilesApi {
  /** For what is longer than one call should last, or has to be resumed. */
  readonly multipart: MultipartUploads;

  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
    links: SignedLinks,
  ) {
    this.multipart = new MultipartUploads(transport, credential, links);
  }

  listDirectory(path: string, options: CallOptions = {}): AsyncIterable<DirectoryEntry> {
    return followPages(async (pageToken) => {
      const page = await this.listDirectoryPage(path, pageToken === undefined ? options : { ...options, pageToken });
      return { items: page.entries, nextPageToken: page.nextPageToken };
    });
  }

  async listDirectoryPage(path: string, options: DirectoryPageOptions = {}): Promise<DirectoryPage> {
    const { pageSize, pageToken, ...call } = options;
    const page = await this.transport.json<ListDirectoryResponse>(this.credential, {
      ...call,
      method: 'GET',
      path: directoryPath(path),
      query: { page_size: pageSize, page_token: pageToken },
    });
    return { entries: page.contents ?? [], nextPageToken: page.next_page_token };
  }

  /** Size and time of a file, or undefined when there is none. */
  async head(
    path: string,
    options: CallOptions = {},
  ): Promise<{ sizeBytes: number; lastModified: number | undefined; contentType: string | undefined } | undefined> {
    const answer = await this.transport.head(this.credential, {
      ...options,
      method: 'HEAD',
      path: filePath(path),
      accept: [404],
    });
    if (answer.status === 404) return undefined;
    const sizeBytes = numberOf(answer.headers.get('content-length'));
    if (sizeBytes === undefined) throw new PlatformError('upstream', 'The platform gave no size for a file');
    return { sizeBytes, lastModified: lastModifiedOf(answer), contentType: answer.headers.get('content-type') };
  }

  readBytes(path: string, options: CallOptions & { range?: ByteRange } = {}): Promise<Uint8Array> {
    const { range, ...call } = options;
    return this.transport.bytes(this.credential, {
      ...call,
      method: 'GET',
      path: filePath(path),
      headers: { accept: '*/*', ...rangeHeader(range) },
    });
  }

  /** A small text file; one of more bytes than that fails the call as `upstream`. */
  readText(path: string, options: CallOptions & { maximumBytes: number }): Promise<string> {
    return this.transport.text(this.credential, {
      ...options,
      method: 'GET',
      path: filePath(path),
      headers: { accept: '*/*' },
    });
  }

  /** The file as a stream. The signal ends the stream too; the deadline covers only the time to the headers. */
  async open(path: string, options: OpenOptions = {}): Promise<OpenFile> {
    return openFile(await this.transport.stream(this.credential, openCall(path, options)));
  }

  /** As `open`; a short file (`defaults.wholeBodyBytes`) is there at once, for half of what its stream would cost. */
  async openOrTake(path: string, options: OpenOptions = {}): Promise<OpenFile<Readable | Buffer>> {
    return openFile(await this.transport.open(this.credential, openCall(path, options)));
  }

  /**
   * Writes a whole file in one call, up to 5 GiB, without holding it. Until it is complete the file is what it was before. A stream is sent
   * once: only bytes, or a function that opens the content again, can be tried again after a failure. The deadline is the time without
   * progress, not that of the whole upload.
   */
  async upload(path: string, source: UploadSource, options: UploadOptions): Promise<void> {
    const { overwrite, ifUnmodifiedSince, sizeBytes, ...call } = options;
    if (ifUnmodifiedSince !== undefined) await this.refuseNewer(path, ifUnmodifiedSince, call);
    await this.transport.head(this.credential, {
      ...call,
      method: 'PUT',
      path: filePath(path),
      query: { overwrite },
      headers: { 'content-type': 'application/octet-stream' },
      body: new UploadContent(source, sizeBytes),
      // A second try would find what the first one wrote and take it for somebody else's file.
      idempotent: overwrite,
    });
  }

  /** With all of its parents; one that is there already is fine. */
  async createDirectory(path: string, options: CallOptions = {}): Promise<void> {
    await this.transport.head(this.credential, { ...options, method: 'PUT', path: directoryPath(path) });
  }

  /** `not_found` may also mean that an earlier try of this call had deleted it. */
  async deleteFile(path: string, options: CallOptions = {}): Promise<void> {
    await this.transport.head(this.credential, { ...options, method: 'DELETE', path: filePath(path) });
  }

  /** An empty one only: otherwise `bad_request` with the code INVALID_PARAMETER_VALUE. */
  async deleteDirectory(path: string, options: CallOptions = {}): Promise<void> {
    await this.transport.head(this.credential, { ...options, method: 'DELETE', path: directoryPath(path) });
  }

  /**
   * A link by which anybody may read the file until it expires (default: 15 minutes). It is a secret, and works only without an
   * Authorization header. `not_found` and `endpoint_not_found` also mean that this platform offers no links.
   */
  async createDownloadUrl(path: string, options: CallOptions & { expiresInMs?: number } = {}): Promise<PresignedUrl> {
    const { expiresInMs = defaults.signedLinkMs, ...call } = options;
    const link = await this.transport.json<Partial<CreateDownloadUrlResponse>>(this.credential, {
      ...call,
      method: 'POST',
      path: '/api/2.0/fs/create-download-url',
      query: { path, expire_time: new Date(Date.now() + expiresInMs).toISOString() },
      idempotent: true,
    });
    const { url, headers } = link;
    if (url === undefined) throw new PlatformError('upstream', 'The platform gave no link');
    return { url, ...(headers === undefined ? {} : { headers }) };
  }

  private async refuseNewer(path: string, since: string, options: CallOptions): Promise<void> {
    await this.transport.head(this.credential, {
      ...options,
      method: 'HEAD',
      path: filePath(path),
      headers: { 'if-unmodified-since': since },
    });
  }
}

function filePath(path: string): string {
  return `/api/2.0/fs/files${encodePath(path)}`;
}

function directoryPath(path: string): string {
  return `/api/2.0/fs/directories${encodePath(path)}`;
}

function openCall(path: string, { range, ifUnmodifiedSince, ...call }: OpenOptions): Call {
  return {
    ...call,
    method: 'GET',
    path: filePath(path),
    headers: {
      accept: '*/*',
      ...rangeHeader(range),
      ...(ifUnmodifiedSince === undefined ? {} : { 'if-unmodified-since': ifUnmodifiedSince }),
    },
  };
}

function openFile<Body>(answer: Answer<Body>): OpenFile<Body> {
  const contentRange = answer.headers.get('content-range');
  const contentType = answer.headers.get('content-type');
  const lastModified = lastModifiedOf(answer);
  return {
    status: answer.status === 206 ? 206 : 200,
    body: answer.body,
    sizeBytes: numberOf(answer.headers.get('content-length')),
    ...(contentRange === undefined ? {} : { contentRange }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

function rangeHeader(range: ByteRange | string | undefined): Record<string, string> {
  if (range === undefined) return {};
  if (typeof range === 'string') return { range };
  if ('last' in range) return { range: `bytes=-${range.last}` };
  return { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
}

function numberOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

function lastModifiedOf(answer: Pick<Answer, 'headers'>): number | undefined {
  const time = Date.parse(answer.headers.get('last-modified') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
