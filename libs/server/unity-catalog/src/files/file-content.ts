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
    if (headers['if-none-match'] !== undefined || headers['if-range'] !== undefined) {
      const version = await versionOf(files, path, signal);
      if (headers['if-none-match']?.split(',').some((tag) => tag.trim() === etagOf(version))) {
        reply.header('ETag', etagOf(version)).status(304).send();
        return;
      }
      if (headers['if-range'] !== undefined && headers['if-range'] !== etagOf(version))
        headers = { ...headers, range: undefined };
    }
    const file = await this.open(files, path, headers['range'], signal, reply);
    this.describeOn(reply, path, query, wholeVersionOf(file));
    if (file.sizeBytes !== undefined) reply.header('Content-Length', file.sizeBytes);
    if (file.contentRange !== undefined) reply.header('Content-Range', file.contentRange);
    reply.status(file.status).send(file.body);
  }

  async describe(caller: UserCaller, query: FileContentQuery, signal: AbortSignal, reply: FastifyReply): Promise<void> {
    const path = VolumePath.parseBelow(query.path, 'a file');
    const version = await versionOf(this.databricks.asUser(caller).files, path, signal);
    this.describeOn(reply, path, query, version);
    reply.header('Content-Length', version.sizeBytes).send();
  }

  private async open(
    files: FilesApi,
    path: VolumePath,
    range: string | undefined,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<OpenFile> {
    try {
      const usable = range !== undefined && SINGLE_RANGE.test(range);
      return await files.open(path.toString(), { signal, ...(usable ? { range } : {}) });
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
    reply
      .header('Content-Type', shown ?? downloadType(path.name))
      .header('Content-Disposition', contentDisposition(shown === undefined ? 'attachment' : 'inline', path.name))
      .header('Accept-Ranges', 'bytes')
      .header('Cache-Control', 'private, no-cache')
      .header('X-Content-Type-Options', 'nosniff')
      // What people upload is not ours: even a type that slipped through may neither run scripts nor read our pages.
      .header('Content-Security-Policy', "sandbox; default-src 'none'; frame-ancestors 'none'");
    if (version === undefined) return;
    reply.header('ETag', etagOf(version));
    if (version.lastModified !== undefined) reply.header('Last-Modified', new Date(version.lastModified).toUTCString());
  }
}

/** The whole file's size and age, also when only a part of it was answered. */
function wholeVersionOf(file: OpenFile): FileVersion | undefined {
  const total = file.contentRange?.match(/\/(\d+)$/)?.[1];
  const sizeBytes = file.status === 206 ? (total === undefined ? undefined : Number(total)) : file.sizeBytes;
  return sizeBytes === undefined ? undefined : { sizeBytes, lastModified: file.lastModified };
}
