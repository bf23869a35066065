// The contract, from the code: `npm run contract` writes openapi.json, the types and the clients, docs/errors.md; with --check it
// changes nothing and fails when what is committed differs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMetadata, root, writeDocument } from './build-document.mjs';
import { copyOver, differences } from './compare.mjs';
import { refuseDoubleNames } from './dto-names.mjs';
import { writeErrorsPage } from './errors-page.mjs';
import { generateClients } from './generate-clients.mjs';
import { validateDocument } from './validate-document.mjs';

const OUTPUTS = [
  'libs/contract/openapi.json',
  'libs/contract/src/generated',
  'libs/client/src/generated',
  'libs/web/api/src/generated',
  'docs/errors.md',
];

const check = process.argv.includes('--check');
const fresh = mkdtempSync(join(tmpdir(), 'lakescope-contract-'));
try {
  refuseDoubleNames(root);
  buildMetadata();
  const document = join(fresh, 'libs/contract/openapi.json');
  writeDocument(document);
  await validateDocument(document);
  await generateClients(document, fresh);
  await writeErrorsPage(join(fresh, 'docs/errors.md'));
  if (check) report(differences(OUTPUTS, fresh));
  else {
    copyOver(OUTPUTS, fresh);
    console.log('The contract is written: openapi.json, types, clients, docs/errors.md');
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function report(found) {
  if (found.length === 0) {
    console.log('The committed contract is what the code says');
    return;
  }
  console.error(
    `The committed contract differs from the code; run \`npm run contract\` and commit:\n  ${found.join('\n  ')}`,
  );
  process.exitCode = 1;
}
