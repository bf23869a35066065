import { Readable } from 'node:stream';
import { DatabricksClients, PlatformError, type FilesApi, type OpenFile } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { contentDisposition, downloadType, inlineType } from './content-type';
import { etagOf, type FileVersion } from './file-version';
import { RangeNotSatisfiable } from './files.errors';
import type { FileContentQuery } from './files-query.dto';
import { versionOf } from './look-at-file';
import { VolumePath } from './volume-path';

type Body = Readable | Buffer;
type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** One range; several at once would need a multipart answer, so they count as none, which the HTTP standard allows. */
const SINGLE_RANGE = /^bytes=(?:\d+-\d*|-\d+)$/;

/** Hands a file of a volume to the client as it comes: nothing is held in memory, and a client that leaves stops the platform's stream. */
@Injectable()
export class FileContent {
  constructor(private readonly databricks: DatabricksClients) {}

  async stream(
    caller: UserCaller,
    query: FileContentQuery,
    headers: RequestHeaders,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const path = VolumePath.parseBelow(query.path, 'a file');
    const { files } = this.databricks.asUser(caller);
    const known = headers['if-none-match'];
    if (known !== undefined) {
      const version = await versionOf(files, path, signal);
      if (isOneOf(known, version)) {
        reply.header('ETag', etagOf(version)).status(304).send();
        return;
      }
    }
    const file = await this.openAsAsked(files, path, headers, signal, reply);
    this.describeOn(reply, path, query, wholeVersionOf(file));
    if (file.sizeBytes !== undefined) reply.header('content-length', file.sizeBytes);
    if (file.contentRange !== undefined) reply.header('content-range', file.contentRange);
    reply.status(file.status).send(file.body);
  }

  async describe(caller: UserCaller, query: FileContentQuery, signal: AbortSignal, reply: FastifyReply): Promise<void> {
    const path = VolumePath.parseBelow(query.path, 'a file');
    const version = await versionOf(this.databricks.asUser(caller).files, path, signal);
    this.describeOn(reply, path, query, version);
    reply.header('Content-Length', version.sizeBytes).send();
  }

  /** A range is answered only of the very version that `If-Range` names: what is opened is looked at, not what was there before. */
  private async openAsAsked(
    files: FilesApi,
    path: VolumePath,
    headers: RequestHeaders,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<OpenFile<Body>> {
    const condition = headers['if-range'];
    if (condition === undefined) return this.open(files, path, headers['range'], signal, reply);
    try {
      const file = await this.open(files, path, headers['range'], signal, reply);
      const version = wholeVersionOf(file);
      if (file.status === 200 || (version !== undefined && isStill(condition, version))) return file;
      // Told to whoever listens, and nobody does: it is we who end it.
      if (file.body instanceof Readable) file.body.once('error', ignore).destroy();
    } catch (error) {
      // A file that has become shorter does not have the range, and is no longer the one that was meant either.
      if (!(error instanceof RangeNotSatisfiable)) throw error;
      if (isStill(condition, await versionOf(files, path, signal))) throw error;
      reply.removeHeader('Content-Range');
    }
    return this.open(files, path, undefined, signal, reply);
  }

  private async open(
    files: FilesApi,
    path: VolumePath,
    range: string | undefined,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<OpenFile<Body>> {
    try {
      const usable = range !== undefined && SINGLE_RANGE.test(range);
      return await files.openOrTake(path.toString(), { signal, ...(usable ? { range } : {}) });
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'range_not_satisfiable') throw error;
      const found = await files.head(path.toString(), { signal });
      reply.header('Content-Range', `bytes */${found?.sizeBytes ?? '*'}`);
      throw new RangeNotSatisfiable(found?.sizeBytes, error);
    }
  }

  private describeOn(
    reply: FastifyReply,
    path: VolumePath,
    query: FileContentQuery,
    version: FileVersion | undefined,
  ): void {
    const shown = query.disposition === 'inline' ? inlineType(path.name) : undefined;
    // Names in small letters, as they are sent anyway: making them small for each request takes longer than setting them.
    reply
      .header('content-type', shown ?? downloadType(path.name))
      .header('content-disposition', contentDisposition(shown === undefined ? 'attachment' : 'inline', path.name))
      .header('accept-ranges', 'bytes')
      .header('cache-control', 'private, no-cache')
      .header('x-content-type-options', 'nosniff')
      // What people upload is not ours: even a type that slipped through may neither run scripts nor read our pages.
      .header('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'");
    if (version === undefined) return;
    reply.header('etag', etagOf(version));
    if (version.lastModified !== undefined) reply.header('last-modified', new Date(version.lastModified).toUTCString());
  }
}

/** The whole file's size and age, also when only a part of it was answered. */
function wholeVersionOf(file: OpenFile<Body>): FileVersion | undefined {
  const total = file.contentRange?.match(/\/(\d+)$/)?.[1];
  const sizeBytes = file.status === 206 ? (total === undefined ? undefined : Number(total)) : file.sizeBytes;
  return sizeBytes === undefined ? undefined : { sizeBytes, lastModified: file.lastModified };
}

/** `If-None-Match`: any of several tags, or `*` for whatever is there; weak ones count (RFC 9110, 13.1.2). */
function isOneOf(tags: string, version: FileVersion): boolean {
  return tags.split(',').some((tag) => ['*', etagOf(version)].includes(tag.trim().replace(/^W\//, '')));
}

/** `If-Range`: one strong tag, or the exact time of the last change (RFC 9110, 13.1.5). */
function isStill(condition: string, version: FileVersion): boolean {
  const { lastModified } = version;
  if (condition.includes('"')) return condition.trim() === etagOf(version);
  return lastModified !== undefined && Date.parse(condition) === Math.floor(lastModified / 1000) * 1000;
}

function ignore(): void {
  // What is no longer wanted cannot fail.
}
