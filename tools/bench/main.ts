import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { apiMemory, apiStart } from './api-start';
import { run, toMarkdown, type Benchmark, type Result } from './benchmark';
import { deltaOpenAndPreview, previewAtTheApi } from './delta-preview';
import { localStart } from './local-start';
import { trivialRoute } from './trivial-route';
import { webBundle } from './web-bundle';

const benchmarks: readonly Benchmark[] = [
  apiStart,
  apiMemory,
  trivialRoute,
  deltaOpenAndPreview,
  previewAtTheApi,
  localStart,
  webBundle,
];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
  const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    console.error(`No benchmark ${unknown.join(', ')}. There are: ${benchmarks.map(({ name }) => name).join(', ')}`);
    return 1;
  }
  const results: Result[] = [];
  for (const benchmark of benchmarks) {
    if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
    const result = await run(benchmark, (line) => process.stderr.write(`${line}\n`));
    results.push(result);
    console.log(toMarkdown(result));
  }
  if (values.json) await writeFile(values.json, JSON.stringify(results, undefined, 2));
  return 0;
}

void main().then((status) => process.exit(status));
