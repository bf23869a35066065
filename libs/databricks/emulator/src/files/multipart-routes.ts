import type {
  CreateAbortUploadUrlResponse,
  CreateDownloadUrlResponse,
  CreateUploadPartUrlsResponse,
  InitiateUploadResponse,
} from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { pathOf } from '../http/http-server';
import { queryText, requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { FilesContext } from './files-context';
import { directoryExists, noSuchFile } from './files-refusals';
import type { PresignedLinks } from './presigned-links';
import { integerOf, jsonFields, overwriteOf } from './request-content';
import type { Staging } from './staging';
import { pathOfFile, pathOfPart, pathOfUpload } from './storage-routes';
import { MOST_PARTS, type NamedPart } from './upload-session';
import type { UploadSessions } from './upload-sessions';
import { parseVolumePath, volumePathOf } from './volume-path';

const FILES = '/api/2.0/fs/files';
/** How many links one call may ask for. */
const MOST_LINKS = 1000;

/** Uploads in parts and links without a token. The scope must leave the content of requests unread. */
export function multipartRoutes(
  scope: FastifyInstance,
  context: FilesContext,
  parts: { links: PresignedLinks; sessions: UploadSessions; staging: Staging },
): void {
  const { links, sessions, staging } = parts;

  scope.post(`${FILES}/*`, async (request): Promise<InitiateUploadResponse | object> => {
    const action = requiredQueryText(request.query, 'action');
    if (action === 'initiate-upload') return initiate(request);
    if (action === 'complete-upload') return complete(request);
    throw invalidParameter(`Unknown action: ${action.slice(0, 100)}`);
  });

  const initiate = async (request: FastifyRequest): Promise<InitiateUploadResponse> => {
    const { files, ...target } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(FILES.length)),
    );
    const overwrite = overwriteOf(request);
    if (await files.isDirectory(target.segments)) throw directoryExists();
    // Whether a file is in the way is seen on completion only, as on the platform.
    return { multipart_upload: { session_token: await sessions.start(target, overwrite) } };
  };

  const complete = async (request: FastifyRequest): Promise<object> => {
    const { files, ...target } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(FILES.length)),
    );
    const kind = queryText(request.query, 'upload_type');
    if (kind !== 'multipart') throw invalidParameter('upload_type must be multipart');
    const { session } = sessions.byToken(requiredQueryText(request.query, 'session_token'), target);
    await session.complete(namedParts(await jsonFields(request)), files, staging);
    return {};
  };

  /** The upload that the body of a request speaks of. */
  const upload = async (request: FastifyRequest) => {
    const body = { fields: new JsonFields({}) };
    const { root, volume, segments } = await context.writable(request, async () => {
      body.fields = await jsonFields(request);
      return volumePathOf(body.fields.requiredText('path'));
    });
    const { fields } = body;
    const { id } = sessions.byToken(fields.requiredText('session_token'), { root, volume, segments });
    return { id, fields, expireTime: fields.requiredText('expire_time') };
  };

  scope.post('/api/2.0/fs/create-upload-part-urls', async (request): Promise<CreateUploadPartUrlsResponse> => {
    const { id, fields, expireTime } = await upload(request);
    const start = integerOf(fields, 'start_part_number', { smallest: 1, largest: MOST_PARTS });
    const count = integerOf(fields, 'count', { smallest: 1, largest: MOST_LINKS });
    const numbers = Array.from({ length: Math.min(count, MOST_PARTS - start + 1) }, (_, index) => start + index);
    return {
      upload_part_urls: numbers.map((partNumber) => ({
        url: links.sign('PUT', pathOfPart(id, partNumber), expireTime),
        part_number: partNumber,
        headers: [],
      })),
    };
  });

  scope.post('/api/2.0/fs/create-abort-upload-url', async (request): Promise<CreateAbortUploadUrlResponse> => {
    const { id, expireTime } = await upload(request);
    return { abort_upload_url: { url: links.sign('DELETE', pathOfUpload(id), expireTime), headers: [] } };
  });

  scope.post('/api/2.0/fs/create-download-url', async (request): Promise<CreateDownloadUrlResponse> => {
    const { files, ...target } = await context.readable(request, () =>
      volumePathOf(requiredQueryText(request.query, 'path')),
    );
    // Only volumes have links: clients then read a model's file by the plain call.
    if (target.root === 'Models') throw noSuchFile();
    if ((await files?.fileStats(target.segments)) === undefined) throw noSuchFile();
    const expireTime = requiredQueryText(request.query, 'expire_time');
    return { url: links.sign('GET', pathOfFile(target), expireTime), headers: [] };
  });
}

function namedParts(body: JsonFields): readonly NamedPart[] {
  const parts = body.value('parts');
  if (!Array.isArray(parts) || parts.length > MOST_PARTS) throw invalidParameter('parts must be a list of parts');
  return parts.map((part: unknown) => {
    const fields = new JsonFields(part);
    return {
      partNumber: integerOf(fields, 'part_number', { smallest: 1, largest: MOST_PARTS }),
      etag: fields.requiredText('etag'),
    };
  });
}
