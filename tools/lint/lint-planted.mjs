/**
 * ESLint over texts as if they stood in files: reads `[{ file, code }]` from stdin, prints for each the rules that found an
 * error. One process for all of them, which takes as long as for one; the graph of Nx is to be there, see `lint.mjs`.
 */
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const eslint = new ESLint();
const found = [];
for (const { file, code } of JSON.parse(await text(process.stdin))) {
  const [{ messages }] = await eslint.lintText(code, { filePath: file });
  found.push(messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId));
}
process.stdout.write(JSON.stringify(found));
