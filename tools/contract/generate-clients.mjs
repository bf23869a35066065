import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { writeFetchOperations } from './fetch-operations.mjs';

const TYPES_OF_CONTRACT = `// Generated: the types of the contract, which all clients share.\nexport type * from '@lakescope/contract';\n`;

/** Types for everybody, requests for Angular's HttpClient, operations over fetch; all from the one document. */
export async function generateClients(document, target) {
  await generate(document, join(target, 'libs/contract/src/generated'), ['@hey-api/typescript']);
  const web = join(target, 'libs/web/api/src/generated');
  await generate(document, web, [
    '@hey-api/client-angular',
    '@hey-api/typescript',
    '@hey-api/sdk',
    { name: '@angular/common', httpRequests: true, httpResources: true },
  ]);
  writeFileSync(join(web, 'types.gen.ts'), TYPES_OF_CONTRACT);
  writeFetchOperations(document, join(target, 'libs/client/src/generated'));
}

async function generate(input, path, plugins) {
  await createClient({ input, output: { path, clean: true }, logs: { level: 'silent' }, plugins });
  for (const file of readdirSync(path, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
    dropToolNotes(join(path, file));
  }
}

/** The generator's runtime carries notes of its authors to themselves; they are none of ours. */
function dropToolNotes(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^\s*\/\/ (?:TODO|FIXME).*\n/gm, ''));
}
