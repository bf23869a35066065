import { Readable } from 'node:stream';
import type { NotebookLanguage } from '@lakescope/databricks-wire';
import type { FastifyRequest } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { invalidParameter, malformedRequest, ServiceRefusal } from '../http/refusals';
import { LANGUAGES } from './notebook-source';

/** Bytes of one object that `import` takes (Workspace API reference); larger files go through `import-file`. */
export const LARGEST_IMPORT = 10 * 1024 * 1024;
/** What a form may hold beside the content. */
const FORM_ALLOWANCE = 64 * 1024;

export type ImportFormat = 'AUTO' | 'SOURCE' | 'RAW';

export interface ImportRequest {
  readonly path: string;
  readonly content: Buffer;
  readonly format: ImportFormat;
  readonly language: NotebookLanguage | undefined;
  readonly overwrite: boolean;
}

/** Reads the JSON form of an import, or the form with a file that clients post. */
export async function parseImport(request: FastifyRequest): Promise<ImportRequest> {
  const { body } = request;
  const fields = new JsonFields(
    body instanceof Readable ? await formFields(body, request.headers['content-type'] ?? '') : body,
  );
  const format = fields.text('format') ?? 'SOURCE';
  if (format !== 'AUTO' && format !== 'SOURCE' && format !== 'RAW') throw unsupportedFormat(format);
  const wanted = fields.text('language');
  const language = LANGUAGES.find((known) => known === wanted);
  if (wanted !== undefined && wanted !== '' && language === undefined) {
    throw invalidParameter(`Language ${wanted.slice(0, 100)} is none of ${LANGUAGES.join(', ')}.`);
  }
  if (format === 'SOURCE' && language === undefined) {
    throw invalidParameter('language must be set to import a single file as SOURCE.');
  }
  const content = contentOf(fields.value('content'));
  if (content.length > LARGEST_IMPORT) throw tooLarge(content.length);
  return { path: fields.requiredText('path'), content, format, language, overwrite: fields.flag('overwrite') };
}

export function tooLarge(size: number): ServiceRefusal {
  return new ServiceRefusal(
    400,
    'MAX_NOTEBOOK_SIZE_EXCEEDED',
    `File size imported is (${size} bytes), exceeded max size (${LARGEST_IMPORT} bytes)`,
  );
}

export function unsupportedFormat(format: string): ServiceRefusal {
  return invalidParameter(`Format ${format.slice(0, 100)} is not supported here. Expected one of AUTO, SOURCE, RAW.`);
}

function contentOf(value: unknown): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(value)) return value;
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_\-\s]*={0,2}\s*$/.test(value)) {
    throw invalidParameter('content must be base64.');
  }
  return Buffer.from(value, 'base64');
}

/** The fields of a posted form; files become their bytes. */
async function formFields(body: Readable, type: string): Promise<Record<string, unknown>> {
  const bytes = await collect(body, LARGEST_IMPORT + FORM_ALLOWANCE);
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    const refusal = malformedRequest('The body is neither JSON nor a form with a file');
    refusal.cause = cause;
    throw refusal;
  }
  const entries = [...form].map(async ([name, value]): Promise<[string, unknown]> => [
    name,
    typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function collect(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sent: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of sent) {
    size += chunk.length;
    if (size > limit) throw tooLarge(size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
