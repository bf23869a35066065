import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { apiMemory, apiStart } from './api-start';
import { run, toMarkdown, type Benchmark, type Result } from './benchmark';
import { credentialExpiry, databaseAway } from './database-load';
import { deltaOpenAndPreview, previewAtTheApi } from './delta-preview';
import { identityCost } from './identity-cost';
import { identityStorm, manyUsers } from './identity-load';
import { localStart } from './local-start';
import { isMet, scenarioMarkdown, type Outcome, type Scenario } from './scenario';
import { trivialRoute } from './trivial-route';
import { webBundle } from './web-bundle';

const benchmarks: readonly Benchmark[] = [
  apiStart,
  apiMemory,
  identityCost,
  trivialRoute,
  deltaOpenAndPreview,
  previewAtTheApi,
  localStart,
  webBundle,
];

const scenarios: readonly Scenario[] = [identityStorm, manyUsers, credentialExpiry, databaseAway];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
  const names = [...benchmarks, ...scenarios].map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}`);
    return 1;
  }
  const wanted = ({ name }: { name: string }) => positionals.length === 0 || positionals.includes(name);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const results: (Result | { name: string; outcomes: readonly Outcome[] })[] = [];
  let missed = 0;
  for (const benchmark of benchmarks.filter(wanted)) {
    const result = await run(benchmark, log);
    results.push(result);
    console.log(toMarkdown(result));
  }
  for (const scenario of scenarios.filter(wanted)) {
    const outcomes = await scenario.tell(log);
    results.push({ name: scenario.name, outcomes });
    missed += outcomes.filter((outcome) => !isMet(outcome)).length;
    console.log(scenarioMarkdown(scenario, outcomes));
  }
  if (values.json) await writeFile(values.json, JSON.stringify(results, undefined, 2));
  return missed === 0 ? 0 : 1;
}

void main().then((status) => process.exit(status));
