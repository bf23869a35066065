import { Readable } from 'node:stream';
import type { ExportWorkspaceObjectResponse, ListWorkspaceResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { queryText, requiredQueryText } from '../http/query';
import { malformedRequest, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import { errorCode } from '../state/error-code';
import { LARGEST_IMPORT, parseImport, tooLarge, unsupportedFormat } from './import-request';
import { exportedSource } from './notebook-source';
import type { WorkspaceFiles } from './workspace-files';
import { ContentTooLarge } from './workspace-objects';
import { nameOf } from './workspace-path';

const ROOT = '/api/2.0/workspace';
const FILES = '/api/2.0/workspace-files';
/** Base64 of what may be imported, and the rest of the body. */
const LARGEST_BODY = 15 * 1024 * 1024;
/** What `import-file` takes, in bytes, and what the platform says of more. */
const LARGEST_FILE = 500 * 1024 * 1024;

interface ByPath {
  Params: { '*': string };
}

/** The Workspace API: the tree of folders, notebooks and files. */
export function workspaceFilesRoutes(app: FastifyInstance, access: Access, files: WorkspaceFiles): void {
  app.get(`${ROOT}/get-status`, async (request) => {
    const caller = await access.caller(request, 'workspace');
    return files.status(caller, requiredQueryText(request.query, 'path'));
  });

  app.get(`${ROOT}/list`, async (request): Promise<ListWorkspaceResponse> => {
    const caller = await access.caller(request, 'workspace');
    const objects = await files.list(caller, requiredQueryText(request.query, 'path'));
    return objects.length === 0 ? {} : { objects };
  });

  app.post(`${ROOT}/mkdirs`, async (request) => {
    const caller = await access.caller(request, 'workspace');
    await files.makeDirectories(caller, new JsonFields(request.body).requiredText('path'));
    return {};
  });

  app.post(`${ROOT}/delete`, async (request) => {
    const caller = await access.caller(request, 'workspace');
    const body = new JsonFields(request.body);
    await files.delete(caller, body.requiredText('path'), body.flag('recursive'));
    return {};
  });

  app.post(`${ROOT}/import`, { bodyLimit: LARGEST_BODY }, async (request) => {
    const caller = await access.caller(request, 'workspace');
    await files.import(caller, await parseImport(request));
    return {};
  });

  app.get(`${ROOT}/export`, async (request, reply): Promise<ExportWorkspaceObjectResponse | FastifyReply> => {
    const caller = await access.caller(request, 'workspace');
    const format = queryText(request.query, 'format') ?? 'SOURCE';
    if (format !== 'AUTO' && format !== 'SOURCE' && format !== 'RAW') throw unsupportedFormat(format);
    return exportObject(files, caller, requiredQueryText(request.query, 'path'), {
      direct: queryText(request.query, 'direct_download') === 'true',
      reply,
    });
  });

  app.get<ByPath>(`${FILES}/*`, async (request, reply) => {
    const caller = await access.caller(request, 'workspace');
    return exportObject(files, caller, absolute(request.params['*']), { direct: true, reply });
  });

  // A file may be of any type, also JSON, and none of them is to be read as anything but bytes.
  app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    raw.post<ByPath>(`${FILES}/import-file/*`, async (request) => {
      const caller = await access.caller(request, 'workspace');
      const body = request.body instanceof Readable ? request.body : Readable.from([]);
      const overwrite = queryText(request.query, 'overwrite') === 'true';
      try {
        await files.importFile(caller, absolute(request.params['*']), body, overwrite, LARGEST_FILE);
      } catch (error) {
        if (error instanceof ContentTooLarge) {
          throw new ServiceRefusal(400, 'BAD_REQUEST', `Maximum file size of ${LARGEST_FILE} exceeded`);
        }
        if (CUT.includes(errorCode(error) ?? '')) throw malformedRequest('The body ended early');
        throw error;
      }
      return {};
    });
  });
}

/** What Node calls a body whose sender went away. */
const CUT = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'];

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

async function exportObject(
  files: WorkspaceFiles,
  caller: Parameters<WorkspaceFiles['open']>[0],
  path: string,
  { direct, reply }: { direct: boolean; reply: FastifyReply },
): Promise<ExportWorkspaceObjectResponse | FastifyReply> {
  const { object, handle } = await files.open(caller, path);
  const { size = 0, language } = object;
  if (language === undefined && direct) {
    // Files may be large, so their bytes go through; the stream closes the handle.
    reply.type('application/octet-stream').header('content-length', size);
    return reply.send(handle.createReadStream());
  }
  try {
    if (size > LARGEST_IMPORT && !direct) throw tooLarge(size);
    const bytes = await handle.readFile();
    const exported =
      language === undefined ? { bytes, fileType: extensionOf(object.path) } : exportedSource(language, bytes);
    if (direct) return reply.type('application/octet-stream').send(exported.bytes);
    return { content: exported.bytes.toString('base64'), file_type: exported.fileType };
  } finally {
    await handle.close();
  }
}

function extensionOf(path: string): string {
  return /\.([^.]+)$/.exec(nameOf(path))?.[1] ?? 'file';
}
