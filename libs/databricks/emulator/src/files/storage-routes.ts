import type { FastifyInstance } from 'fastify';
import { pathOf } from '../http/http-server';
import type { Metastore } from '../unity-catalog/metastore';
import { noSuchFile } from './files-refusals';
import { MAXIMUM_FILE_BYTES } from './maximum-file-bytes';
import type { PresignedLinks } from './presigned-links';
import { sendFile } from './send-file';
import { requireSignedLink } from './signed-link-hook';
import type { Staging } from './staging';
import { StorageRefusal } from '../http/storage-refusal';
import { MOST_PARTS } from './upload-session';
import type { UploadSessions } from './upload-sessions';
import { VolumeFiles } from './volume-files';
import { encodeVolumePath, parseVolumePath, type VolumePath } from './volume-path';

/** What signed links begin with. On the platform they lead to another host, so nothing official knows this path. */
const STORAGE = '/.storage';

interface PartParams {
  Params: { id: string; part: string };
}

export function pathOfFile({ volume, segments }: VolumePath): string {
  return `${STORAGE}/files${encodeVolumePath(volume, segments)}`;
}

export function pathOfUpload(id: string): string {
  return `${STORAGE}/uploads/${id}`;
}

export function pathOfPart(id: string, partNumber: number): string {
  return `${pathOfUpload(id)}/${partNumber}`;
}

/** The storage behind the Files API, as far as signed links reach it. It knows no tokens: whoever has a link may use it. */
export function storageRoutes(
  scope: FastifyInstance,
  parts: { links: PresignedLinks; sessions: UploadSessions; staging: Staging; metastore: Metastore },
): void {
  const { links, sessions, staging, metastore } = parts;
  requireSignedLink(scope, links);

  scope.get(`${STORAGE}/files/*`, async (request, reply) => {
    const { volume, segments } = parseVolumePath(pathOf(request).slice(`${STORAGE}/files`.length));
    const securable = metastore.find('VOLUME', volume);
    const files = securable && (await VolumeFiles.at(metastore.directoryOf(securable).directory));
    const file = await files?.openFile(segments);
    if (file === undefined) throw noSuchFile();
    return sendFile(request, reply, file);
  });

  scope.put<PartParams>(`${STORAGE}/uploads/:id/:part`, async (request, reply) => {
    const session = sessions.byId(request.params.id);
    const partNumber = Number(request.params.part);
    if (session === undefined || session.isCompleted || !(partNumber >= 1 && partNumber <= MOST_PARTS)) {
      throw noSuchUpload();
    }
    const announced = request.headers['content-length'];
    if (announced === undefined) {
      throw new StorageRefusal(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
    }
    if (Number(announced) > MAXIMUM_FILE_BYTES) {
      throw new StorageRefusal(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.');
    }
    const staged = await staging.receiveHashed(request.raw, MAXIMUM_FILE_BYTES);
    try {
      await session.keepPart(partNumber, staged);
    } finally {
      await staged.discard();
    }
    return reply.code(200).header('etag', `"${staged.md5}"`).send();
  });

  scope.delete<{ Params: { id: string } }>(`${STORAGE}/uploads/:id`, async (request, reply) => {
    if (sessions.byId(request.params.id)?.isCompleted !== false) throw noSuchUpload();
    await sessions.end(request.params.id);
    // Official clients take no other success than 200 or 201.
    return reply.code(200).send();
  });
}

function noSuchUpload(): StorageRefusal {
  return new StorageRefusal(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
}
