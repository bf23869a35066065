import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The service client's share of the contract: for each operation where it lives, what it answers with, and its types. Everything that
 * acts is written by hand in libs/client, once for all operations.
 */
export function writeFetchOperations(documentFile, folder) {
  const document = JSON.parse(readFileSync(documentFile, 'utf8'));
  const operations = Object.entries(document.paths)
    .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => describe(path, method, operation)))
    .sort((a, b) => a.id.localeCompare(b.id));
  const types = operations.flatMap(({ typeName, hasAnswer }) => [
    `${typeName}Data`,
    ...(hasAnswer ? [`${typeName}Response`] : []),
  ]);
  const lines = [
    '// Generated from the contract by `npm run contract`.',
    `import type {\n${types.map((type) => `  ${type},`).join('\n')}\n} from '@lakescope/contract';`,
    '',
    'export const operations = {',
    ...operations.map(
      ({ id, method, path, answer }) => `  ${id}: { method: '${method}', path: '${path}', answer: '${answer}' },`,
    ),
    '} as const;',
    '',
    '/** What each operation takes and answers. */',
    'export interface OperationTypes {',
    ...operations.flatMap(({ id, summary, typeName, answer, hasAnswer }) => [
      ...(summary ? [`  /** ${summary} */`] : []),
      `  ${id}: { data: ${typeName}Data; answer: ${typeOf(answer, hasAnswer && `${typeName}Response`)} };`,
    ]),
    '}',
    '',
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'operations.ts'), lines.join('\n'));
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
        : types.some((type) => type.includes('json'))
          ? 'json'
          : 'response';
  return {
    id,
    path,
    answer,
    method: method.toUpperCase(),
    summary: operation.summary,
    typeName: id[0].toUpperCase() + id.slice(1),
    hasAnswer: answer === 'json',
  };
}

function typeOf(answer, responseType) {
  if (answer === 'json') return responseType;
  return answer === 'nothing' ? 'undefined' : answer === 'headers' ? 'Headers' : 'Response';
}
