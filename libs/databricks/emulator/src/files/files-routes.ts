import type { Stats } from 'node:fs';
import type { ListDirectoryResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../http/http-server';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import { permissionDenied, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Lookup } from '../unity-catalog/lookup';
import { parseByteRange } from './byte-range';
import { VolumeFiles } from './volume-files';
import { formatVolumePath, parseVolumePath } from './volume-path';

const FILES = '/api/2.0/fs/files';
const DIRECTORIES = '/api/2.0/fs/directories';
const PAGE = { usual: 1000, maximum: 1000 };

/** The read side of the Files API. Writing, and links that work without a token, are refused by name. */
export function filesRoutes(app: FastifyInstance, access: Access, lookup: Lookup): void {
  const target = async (request: FastifyRequest, prefix: string) => {
    const caller = await access.caller(request, 'files');
    const { volume, segments } = parseVolumePath(pathOf(request).slice(prefix.length));
    const securable = lookup.require(caller, 'VOLUME', volume);
    const { directory, readOnly } = lookup.metastore.directoryOf(securable);
    return { volume, segments, readOnly, files: await VolumeFiles.at(directory) };
  };

  app.get(`${DIRECTORIES}/*`, async (request): Promise<ListDirectoryResponse> => {
    const { volume, segments, files } = await target(request, DIRECTORIES);
    const path = formatVolumePath(volume, segments);
    const page = await files?.list(segments, {
      path,
      after: decodePageToken([path], queryText(request.query, 'page_token')),
      limit: pageLimit(request.query, 'page_size', PAGE),
    });
    if (page === undefined) throw noSuchDirectory();
    return {
      ...(page.entries.length > 0 && { contents: [...page.entries] }),
      ...(page.nextAfter !== undefined && { next_page_token: encodePageToken([path], page.nextAfter) }),
    };
  });

  app.head(`${DIRECTORIES}/*`, async (request, reply) => {
    const { segments, files } = await target(request, DIRECTORIES);
    if ((await files?.isDirectory(segments)) !== true) throw noSuchDirectory();
    return reply.send();
  });

  app.head(`${FILES}/*`, async (request, reply) => {
    const { segments, files } = await target(request, FILES);
    const stats = await files?.fileStats(segments);
    if (stats === undefined) throw noSuchFile();
    refuseChanged(request, stats);
    return describe(reply, stats).header('content-length', stats.size).send();
  });

  app.get(`${FILES}/*`, async (request, reply) => {
    const { segments, files } = await target(request, FILES);
    const file = await files?.openFile(segments);
    if (file === undefined) throw noSuchFile();
    const { handle, stats } = file;
    try {
      refuseChanged(request, stats);
      const range = parseByteRange(request.headers.range, stats.size);
      if (range === 'unsatisfiable') throw unsatisfiable(stats.size);
      const { first, last } = range === 'whole' ? { first: 0, last: stats.size - 1 } : range;
      describe(reply, stats).header('content-length', last - first + 1);
      if (range !== 'whole') reply.code(206).header('content-range', `bytes ${first}-${last}/${stats.size}`);
      if (last < first) {
        await handle.close();
        return await reply.send('');
      }
      const body = handle.createReadStream({ start: first, end: last });
      // A client that has left, perhaps before the first byte, would leave the stream and its file open.
      if (reply.raw.destroyed) body.destroy();
      else reply.raw.once('close', () => body.destroy());
      return await reply.send(body);
    } catch (error) {
      await handle.close();
      throw error;
    }
  });

  // In the hook, so that the body of an upload is never read.
  const refuseWrite = (prefix: string) => async (request: FastifyRequest) => {
    const { volume, readOnly } = await target(request, prefix);
    if (readOnly) throw permissionDenied(`Volume '${volume}' is read-only.`);
    throw new ServiceRefusal(501, 'NOT_IMPLEMENTED', 'This workspace does not offer writing through the Files API.');
  };
  const unreachable = async () => undefined;
  for (const prefix of [FILES, DIRECTORIES]) {
    app.route({
      method: ['PUT', 'POST', 'DELETE', 'PATCH'],
      url: `${prefix}/*`,
      onRequest: refuseWrite(prefix),
      handler: unreachable,
    });
  }

  // The Python SDK asks for a presigned link first and reads plainly on any error.
  app.post('/api/2.0/fs/create-download-url', async (request) => {
    await access.caller(request, 'files');
    throw new ServiceRefusal(404, 'NOT_FOUND', 'This workspace does not offer presigned URLs.', {
      reason: { reason: 'FILES_API_API_IS_NOT_ENABLED', metadata: { api_name: 'create-download-url' } },
    });
  });
}

function describe(reply: FastifyReply, stats: Stats): FastifyReply {
  return reply
    .type('application/octet-stream')
    .header('accept-ranges', 'bytes')
    .header('last-modified', stats.mtime.toUTCString())
    .header('etag', `"${Math.floor(stats.mtimeMs).toString(16)}-${stats.size.toString(16)}"`);
}

function refuseChanged(request: FastifyRequest, stats: Stats): void {
  const since = Date.parse(request.headers['if-unmodified-since'] ?? '');
  // HTTP dates have whole seconds; an unparsable one is ignored (RFC 9110, 13.1.4).
  if (Math.floor(stats.mtimeMs / 1000) * 1000 > since) {
    throw new ServiceRefusal(412, 'PRECONDITION_FAILED', 'The file was modified since the given time.');
  }
}

function unsatisfiable(size: number): ServiceRefusal {
  return new ServiceRefusal(416, 'RANGE_NOT_SATISFIABLE', 'The requested range lies outside of the file.', {
    headers: { 'content-range': `bytes */${size}` },
  });
}

function noSuchFile(): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', 'The file being accessed is not found.', {
    reason: { reason: 'FILES_API_FILE_IS_NOT_FOUND' },
  });
}

function noSuchDirectory(): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', 'The directory being accessed is not found.', {
    reason: { reason: 'FILES_API_DIRECTORY_IS_NOT_FOUND' },
  });
}
