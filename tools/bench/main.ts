import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { apiMemory, apiStart } from './api-start';
import { run, toMarkdown, type Benchmark, type Result } from './benchmark';
import { catalogSearch } from './catalog-search';
import { catalogTree } from './catalog-tree';
import { cdaBesideApi } from './cda-beside-api';
import { cdaIngestion } from './cda-ingestion';
import { cdaIngestionS3 } from './cda-ingestion-s3';
import { cdaManyTables } from './cda-many-tables';
import { clientSize } from './client-size';
import { credentialExpiry, databaseAway } from './database-load';
import { deltaHistory } from './delta-history';
import { deltaInspectors } from './delta-inspectors';
import { deltaMillionFiles } from './delta-million-files';
import { deltaOpenAndPreview, deltaPreviewAnywhere, previewAtTheApi } from './delta-preview';
import { deployLocal } from './deploy-local';
import { fileDownload, fileUpload } from './file-transfer';
import { identityCost } from './identity-cost';
import { identityStorm, manyUsers } from './identity-load';
import { localStart } from './local-start';
import { logsLatency } from './logs-latency';
import { goals, MetricsRun } from './metrics/all-goals';
import { goalMarkdown, type Findings } from './metrics/goal';
import { queryExport } from './query-export';
import { queryLatency } from './query-latency';
import { rollingRestart } from './rolling-restart';
import { servingDetection } from './serving-detection';
import { servingInvocations } from './serving-invocations';
import { servingStreams } from './serving-streams';
import { sqlMemory } from './sql-memory';
import { sqlStatement } from './sql-statement';
import { stagedApp } from './staged-app';
import { isMet, scenarioMarkdown, type Outcome, type Scenario } from './scenario';
import { userCallCpu } from './user-call-cpu';
import { trivialRoute, trivialRoutePipelined } from './trivial-route';
import { webBundle } from './web-bundle';
import { workspaceStart } from './workspace-start';

const benchmarks: readonly Benchmark[] = [
  apiStart,
  apiMemory,
  identityCost,
  trivialRoute,
  trivialRoutePipelined,
  deltaOpenAndPreview,
  previewAtTheApi,
  localStart,
  webBundle,
  clientSize,
];

const scenarios: readonly Scenario[] = [
  deltaMillionFiles,
  deltaPreviewAnywhere,
  deltaHistory,
  deltaInspectors,
  catalogSearch,
  catalogTree,
  identityStorm,
  manyUsers,
  credentialExpiry,
  databaseAway,
  fileDownload,
  fileUpload,
  sqlStatement,
  sqlMemory,
  queryLatency,
  queryExport,
  userCallCpu,
  servingInvocations,
  servingDetection,
  servingStreams,
  rollingRestart,
  workspaceStart,
  deployLocal,
  logsLatency,
  cdaIngestion,
  cdaIngestionS3,
  cdaManyTables,
  cdaBesideApi,
  stagedApp,
];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
  const names = [...benchmarks, ...scenarios, ...goals].map(({ name }) => name);
  const asked = new Set(positionals.flatMap((name) => (name === 'metrics' ? goals.map((goal) => goal.name) : [name])));
  const unknown = [...asked].filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No benchmark ${unknown.join(', ')}. There are: ${names.join(', ')}; metrics: all of metrics-*`);
    return 1;
  }
  const wanted = ({ name }: { name: string }) => asked.size === 0 || asked.has(name);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const results: (Result | { name: string; outcomes: readonly Outcome[] } | ({ name: string } & Findings))[] = [];
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
  const metrics = new MetricsRun(log);
  try {
    for (const goal of goals.filter(wanted)) {
      const findings = await metrics.measure(goal);
      results.push({ name: goal.name, ...findings });
      missed += findings.outcomes.filter((outcome) => !isMet(outcome)).length;
      console.log(goalMarkdown(goal, metrics.size, findings));
    }
  } finally {
    await metrics.end();
  }
  if (values.json) await writeFile(values.json, JSON.stringify(results, undefined, 2));
  return missed === 0 ? 0 : 1;
}

void main().then((status) => process.exit(status));
