import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The service client's share of the contract: each operation as one constant of a few words (method, path, marks), so that a bundler
 * drops those nobody imports, and the types it takes and answers with. Everything that acts is written by hand in libs/client.
 */
export function writeFetchOperations(documentFile, folder) {
  const document = JSON.parse(readFileSync(documentFile, 'utf8'));
  const described = operationsOf(document);
  const types = described.flatMap(({ typeName, answer }) => [
    `${typeName}Data`,
    ...(answer === 'json' ? [`${typeName}Response`] : []),
  ]);
  const details = detailsOf(document);
  const lines = [
    '// Generated from the contract by `npm run contract`.',
    `import type {\n${[...types, ...new Set(details.map(({ type }) => type))].map((type) => `  ${type},`).join('\n')}\n} from '@lakescope/contract';`,
    "import type { Operation } from '../operation';",
    '',
    ...described.flatMap(({ id, summary, text, typeName, answer }) => [
      ...(summary ? [`/** ${summary} */`] : []),
      `export const ${id} = '${text}' as Operation<${typeName}Data, ${typeOf(answer, typeName)}>;`,
    ]),
    '',
    '/** All operations of the contract, by the name of the client that each becomes. */',
    'export const operations = {',
    ...described.map(({ id }) => `  ${id},`),
    '};',
    '',
    '/** What `technical_details` of a problem holds beside `error_type`, where the contract knows it. */',
    'export interface DetailsByCode {',
    ...details.map(({ code, type }) => `  ${code}: ${type};`),
    '}',
    '',
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'operations.ts'), lines.join('\n'));
}

/** Every operation of the document by its name, with what the client has to know of it. */
export function operationsOf(document) {
  return Object.entries(document.paths)
    .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => describe(path, method, operation)))
    .sort((a, b) => a.id.localeCompare(b.id));
}

function describe(path, method, operation) {
  const id = operation.operationId;
  const [, success] = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const types = Object.keys(success.content ?? {});
  const answer =
    method === 'head'
      ? 'headers'
      : types.length === 0
        ? 'nothing'
        : types.every((type) => type.includes('json'))
          ? 'json'
          : 'response';
  const marks = [...(answer === 'json' ? [] : [answer]), ...(operation['x-idempotent'] === true ? ['idempotent'] : [])];
  return {
    id,
    answer,
    summary: operation.summary,
    text: [method.toUpperCase(), path, ...marks].join(' '),
    typeName: id[0].toUpperCase() + id.slice(1),
  };
}

function typeOf(answer, typeName) {
  if (answer === 'json') return `${typeName}Response`;
  return answer === 'nothing' ? 'undefined' : answer === 'headers' ? 'Headers' : 'Response';
}

/** The conditions of the Problem schema: if the code is this one, then the details are of that schema. */
function detailsOf({ components }) {
  return (components.schemas.Problem.allOf ?? []).map((rule) => ({
    code: rule.if.properties.error_code.const,
    type: rule.then.properties.technical_details.$ref.replace('#/components/schemas/', ''),
  }));
}
