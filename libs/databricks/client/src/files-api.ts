import type { Readable } from 'node:stream';
import type { DirectoryEntry, ListDirectoryResponse } from '@lakescope/databricks-wire';
import { followPages } from './paging';
import { PlatformError } from './platform-error';
import { encodePath } from './platform-path';
import type { Answer, CallOptions, Credential, Transport } from './transport';

export type ByteRange = { offset: number; length: number } | { last: number };

export interface OpenOptions extends CallOptions {
  /** Numbers, or the text of a Range header as a client sent it. */
  range?: ByteRange | string;
  /** The text of an If-Unmodified-Since header; a newer file answers `precondition_failed`. */
  ifUnmodifiedSince?: string;
}

export interface OpenFile {
  status: 200 | 206;
  body: Readable;
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

/** Files of Unity Catalog volumes (`/api/2.0/fs`). Paths are absolute (`/Volumes/c/s/v/...`) and not percent-encoded. */
export class FilesApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

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
      path: `/api/2.0/fs/directories${encodePath(path)}`,
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

  /** The file as a stream. The signal ends the stream too; the deadline covers only the time to the headers. */
  async open(path: string, options: OpenOptions = {}): Promise<OpenFile> {
    const { range, ifUnmodifiedSince, ...call } = options;
    const answer = await this.transport.stream(this.credential, {
      ...call,
      method: 'GET',
      path: filePath(path),
      headers: {
        accept: '*/*',
        ...rangeHeader(range),
        ...(ifUnmodifiedSince === undefined ? {} : { 'if-unmodified-since': ifUnmodifiedSince }),
      },
    });
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
}

function filePath(path: string): string {
  return `/api/2.0/fs/files${encodePath(path)}`;
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

function lastModifiedOf(answer: Answer): number | undefined {
  const time = Date.parse(answer.headers.get('last-modified') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
