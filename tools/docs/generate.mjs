// `npm run docs`: writes what is documented from the code; with --check it only tells whether the files say what the code says.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { noticeFiles } from '../notices/notice-files.mjs';
import { authenticationPage, readAsWhom } from './as-whom.mjs';
import { envExample, operationsPage } from './environment-pages.mjs';
import { packageApiPage } from './package-api.mjs';
import { readEnv } from './read-env.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file) => readFileSync(join(root, file), 'utf8');

const variables = readEnv(read('libs/server/config/src/env.ts'));
const declared = parse(read('app.yaml')).env.map(({ name }) => name);

const pages = {
  '.env.example': envExample(variables),
  'docs/operations.md': await operationsPage(read('docs/operations.md'), variables, declared),
  'docs/authentication.md': await authenticationPage(
    read('docs/authentication.md'),
    await readAsWhom(read('libs/server/auth/src/as-whom.ts')),
    JSON.parse(read('libs/contract/openapi.json')),
  ),
  'libs/delta/docs/api.md': await packageApiPage(root, 'delta'),
  'libs/cda/docs/api.md': await packageApiPage(root, 'cda'),
  'libs/client/docs/api.md': await packageApiPage(root, 'client'),
  ...(await noticeFiles(root)),
};

const stale = Object.entries(pages).filter(([file, text]) => existing(file) !== text);
const checking = process.argv.includes('--check');
if (checking) {
  for (const [file] of stale) console.error(`${file} does not say what the code says: run \`npm run docs\``);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
}
console.log(
  stale.length === 0
    ? 'The generated documents are what the code says'
    : `${checking ? 'Stale' : 'Written'}: ${stale.map(([file]) => file).join(', ')}`,
);

function existing(file) {
  try {
    return read(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
