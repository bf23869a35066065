import type { ListDirectoryResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pathOf } from '../http/http-server';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import type { Access } from '../identity/access';
import type { Lookup } from '../unity-catalog/lookup';
import { FilesContext } from './files-context';
import { noSuchDirectory, noSuchFile } from './files-refusals';
import { filesWriteRoutes } from './files-write-routes';
import { multipartRoutes } from './multipart-routes';
import type { PresignedLinks } from './presigned-links';
import { describeFile, refuseChanged, sendFile } from './send-file';
import { Staging } from './staging';
import { storageRoutes } from './storage-routes';
import { UploadSessions } from './upload-sessions';
import { formatVolumePath, parseVolumePath } from './volume-path';

const FILES = '/api/2.0/fs/files';
const DIRECTORIES = '/api/2.0/fs/directories';
const PAGE = { usual: 1000, maximum: 1000 };

/** The Files API, and the storage its links lead to. `now` is the clock that links and uploads expire by. */
export async function filesRoutes(
  app: FastifyInstance,
  access: Access,
  lookup: Lookup,
  options: { stateDirectory: string; links: PresignedLinks; now: () => number },
): Promise<void> {
  const { stateDirectory, links, now } = options;
  const [staging, sessions] = await Promise.all([
    Staging.open(stateDirectory),
    UploadSessions.open(stateDirectory, now),
  ]);
  const context = new FilesContext(access, lookup);
  filesReadRoutes(app, context);
  await app.register(async (scope) => {
    leaveContentUnread(scope);
    filesWriteRoutes(scope, context, staging);
    multipartRoutes(scope, context, { links, sessions, staging });
  });
  await app.register(async (scope) => {
    leaveContentUnread(scope);
    storageRoutes(scope, { links, sessions, staging, metastore: lookup.metastore });
  });
}

/** A file of any type, JSON included, is a file. */
function leaveContentUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

function filesReadRoutes(app: FastifyInstance, context: FilesContext): void {
  const target = (request: FastifyRequest, prefix: string) =>
    context.readable(request, () => parseVolumePath(pathOf(request).slice(prefix.length)));

  app.get(`${DIRECTORIES}/*`, async (request): Promise<ListDirectoryResponse> => {
    const { root, volume, segments, files } = await target(request, DIRECTORIES);
    const path = formatVolumePath(volume, segments, root);
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
    return describeFile(reply, stats).header('content-length', stats.size).send();
  });

  app.get(`${FILES}/*`, async (request, reply) => {
    const { segments, files } = await target(request, FILES);
    const file = await files?.openFile(segments);
    if (file === undefined) throw noSuchFile();
    return sendFile(request, reply, file);
  });
}
