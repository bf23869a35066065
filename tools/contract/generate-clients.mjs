import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

const TYPES_OF_CONTRACT = `// Generated: the types of the contract, which both clients share.\nexport type * from '@lakescope/contract';\n`;

/** Types for everybody, requests for Angular's HttpClient, functions over fetch; all from the one document. */
export async function generateClients(document, target) {
  await generate(document, join(target, 'libs/contract/src/generated'), ['@hey-api/typescript']);
  const web = join(target, 'libs/web/api/src/generated');
  await generate(document, web, [
    '@hey-api/client-angular',
    '@hey-api/typescript',
    '@hey-api/sdk',
    { name: '@angular/common', httpRequests: true, httpResources: true },
  ]);
  const fetchClient = join(target, 'libs/client/src/generated');
  await generate(document, fetchClient, ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk']);
  nameBodyType(join(fetchClient, 'client/client.gen.ts'));
  for (const folder of [web, fetchClient]) writeFileSync(join(folder, 'types.gen.ts'), TYPES_OF_CONTRACT);
}

async function generate(input, path, plugins) {
  await createClient({ input, output: { path, clean: true }, logs: { level: 'silent' }, plugins });
  if (!readdirSync(path).some((name) => statSync(join(path, name)).size > 0))
    throw new Error(`Nothing was generated in ${path}`);
}

/** `BodyInit` is a name of the DOM library only; the same type can be had from fetch itself, in Node as in the browser. */
function nameBodyType(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\bBodyInit\b/g, "NonNullable<RequestInit['body']>"));
}
