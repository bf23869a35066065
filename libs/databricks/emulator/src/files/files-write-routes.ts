import type { FastifyInstance } from 'fastify';
import { pathOf } from '../http/http-server';
import type { FilesContext } from './files-context';
import { fileTooLarge } from './files-refusals';
import { MAXIMUM_FILE_BYTES } from './maximum-file-bytes';
import { overwriteOf } from './request-content';
import type { Staging } from './staging';
import { parseVolumePath } from './volume-path';

const FILES = '/api/2.0/fs/files';
const DIRECTORIES = '/api/2.0/fs/directories';

/** The write side of the Files API in single calls. The scope must leave the content of requests unread. */
export function filesWriteRoutes(scope: FastifyInstance, context: FilesContext, staging: Staging): void {
  scope.put(`${FILES}/*`, async (request, reply) => {
    const { files, segments } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(FILES.length)),
    );
    const overwrite = overwriteOf(request);
    if (Number(request.headers['content-length'] ?? 0) > MAXIMUM_FILE_BYTES) throw fileTooLarge(MAXIMUM_FILE_BYTES);
    await files.refuseTaken(segments, { overwrite });
    const staged = await staging.receive(request.raw, MAXIMUM_FILE_BYTES);
    try {
      await files.place(staged.path, segments, { overwrite });
    } finally {
      await staged.discard();
    }
    return reply.code(204).send();
  });

  scope.delete(`${FILES}/*`, async (request, reply) => {
    const { files, segments } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(FILES.length)),
    );
    await files.deleteFile(segments);
    return reply.code(204).send();
  });

  scope.put(`${DIRECTORIES}/*`, async (request, reply) => {
    const { files, segments } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(DIRECTORIES.length)),
    );
    await files.createDirectory(segments);
    return reply.code(204).send();
  });

  scope.delete(`${DIRECTORIES}/*`, async (request, reply) => {
    const { files, segments } = await context.writable(request, () =>
      parseVolumePath(pathOf(request).slice(DIRECTORIES.length)),
    );
    await files.deleteDirectory(segments);
    return reply.code(204).send();
  });
}
