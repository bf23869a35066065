import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface Operation {
  readonly responses: Record<string, { content?: Record<string, unknown>; $ref?: string }>;
}

const document = JSON.parse(readFileSync('libs/contract/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'openapi');

const escapePointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The documented template a concrete path was served by; literal segments win over parameters. */
function findTemplate(path: string): string | undefined {
  const asked = path.split('/');
  return Object.keys(document.paths)
    .filter((template) => {
      const parts = template.split('/');
      return parts.length === asked.length && parts.every((part, i) => part.startsWith('{') || part === asked[i]);
    })
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

/**
 * What of an answer breaks the published contract: an undocumented route, status or media type, or a body that is not
 * of the documented schema. No line means that it holds.
 */
export function contractBreaches(
  method: string,
  url: string,
  status: number,
  contentType: string,
  body: string,
): string[] {
  const { pathname } = new URL(url);
  const where = `${method} ${pathname} -> ${status}`;
  const template = findTemplate(pathname);
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined) {
    return status === 404 && body.includes('ROUTE_NOT_FOUND') ? [] : [`${where}: not documented`];
  }
  const documented = operation.responses[String(status)];
  if (!documented) return [`${where}: status not documented`];
  const mediaType = contentType.split(';')[0]?.trim() ?? '';
  if (!mediaType.endsWith('json')) return [];
  if (!documented.content?.[mediaType]) return [`${where}: ${mediaType} not documented`];
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    mediaType,
    'schema',
  ];
  const validate = ajv.getSchema(`openapi#/${pointer.map(escapePointer).join('/')}`);
  if (!validate) return [`${where}: no schema`];
  if (validate(JSON.parse(body))) return [];
  return (validate.errors ?? []).map((error) => `${where}: ${error.instancePath || '/'} ${error.message ?? ''}`);
}
