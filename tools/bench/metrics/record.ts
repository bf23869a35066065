import { DDSketch } from '@datadog/sketches-js';
import type { ObservedRequest } from '@lakescope/server-http';
import autocannon from 'autocannon';
import { setTimeout as delay } from 'node:timers/promises';
import { median, type Variant } from '../benchmark';
import type { Goal } from './goal';
import { MetricsDatabase } from './metrics-database';
import { createObviousDesign } from './obvious-design';
import { ObservedServer } from './observed-servers';
import { openTelemetry, promClient, type Notify } from './observers';
import { OurRecording } from './our-recording';
import { comparison, interleave, named, pairedDifference, pairedRatio, spread, type Measured } from './rounds';
import { storedRequests } from './stored-requests';

/** Less than the ring holds, so that recording is all that is measured. */
const RECORDINGS = 200_000;
const REQUESTS = 30_000;
const CONNECTIONS = 20;
/** Until the last samples of a round are stored, too. */
const SETTLE_MS = 1_500;
const SERVED = ['nobody', 'ours', 'prom-client', 'OpenTelemetry', 'swagger-stats', 'obvious design'];

/** What being counted costs a request: in its way, and all in all. */
export const metricsRecord: Goal = {
  name: 'metrics-record',
  title: () =>
    `${RECORDINGS} recordings in a loop; then ${REQUESTS} requests to a bare Fastify in a process of its own, observed in several ways`,
  measure: async ({ size, log }) => {
    const loop = await interleave(loops(), { warmups: 2, rounds: size.rounds(15), log });
    const served = await serve(size.rounds(12), log);
    const nobody = named(served, 'nobody');
    const extra = served.filter((one) => one !== nobody).map((one) => pairedDifference(one, nobody));
    const [ours, prometheus, telemetry] = [
      named(loop, 'ours'),
      named(loop, 'prom-client'),
      named(loop, 'OpenTelemetry'),
    ];
    return {
      tables: [
        comparison('In a loop:', 'us', loop),
        {
          title:
            'CPU of the process a request, everything it causes included, beside the same server with nobody watching:',
          columns: ['observed by', 'CPU us/request', 'more than nobody', 'middle half', 'ours / this'],
          rows: served.map((one) => costRow(one, extra)),
        },
      ],
      outcomes: [
        { what: 'recording', value: median(ours.values), unit: 'us', atMost: 0.5 },
        { what: 'recording / OpenTelemetry', value: pairedRatio(ours, telemetry), unit: 'times', atMost: 0.5 },
        { what: 'recording / prom-client', value: pairedRatio(ours, prometheus), unit: 'times', atMost: 1 },
        { what: 'all in all, a request', value: median(named(extra, 'ours').values), unit: 'us', atMost: 5 },
      ],
    };
  },
};

function costRow(one: Measured, extra: readonly Measured[]): (string | number)[] {
  const difference = extra.find(({ name }) => name === one.name);
  if (difference === undefined) return [one.name, median(one.values), '', '', ''];
  const ratio = median(named(extra, 'ours').values) / median(difference.values);
  return [one.name, median(one.values), median(difference.values), spread(difference.values), ratio.toPrecision(3)];
}

function loops(): Variant[] {
  const requests = storedRequests(4_096).map((row): ObservedRequest => ({
    endpoint: row.endpoint,
    method: row.method,
    status: row.status,
    durationMs: row.responseTimeMs,
    userId: row.userId ?? undefined,
    errorType: row.errorType ?? undefined,
    correlationId: row.correlationId,
  }));
  const timed =
    (notify: Notify, afterwards: () => void = () => undefined) =>
    async (): Promise<number> => {
      const began = performance.now();
      for (let turn = 0; turn < RECORDINGS; turn++) {
        const request = requests[turn & 4_095];
        if (request !== undefined) notify(request);
      }
      const ms = performance.now() - began;
      afterwards();
      return (ms * 1_000) / RECORDINGS;
    };
  const ours = new OurRecording();
  return [
    { name: 'ours', measure: timed(ours.notify, () => ours.empty()) },
    { name: 'prom-client', measure: timed(promClient()) },
    { name: 'OpenTelemetry', measure: timed(openTelemetry()) },
    { name: 'DDSketch', measure: timed(datadog()) },
  ];
}

/** The sketch alone, one for each endpoint. */
function datadog(): Notify {
  const sketches = new Map<string, DDSketch>();
  return ({ method, endpoint, durationMs }) => {
    const key = `${method} ${endpoint}`;
    let sketch = sketches.get(key);
    if (sketch === undefined) sketches.set(key, (sketch = new DDSketch({ relativeAccuracy: 0.01 })));
    sketch.accept(durationMs);
  };
}

/** Microseconds of CPU a request. */
async function serve(rounds: number, log: (line: string) => void): Promise<Measured[]> {
  const database = await MetricsDatabase.start();
  const servers: ObservedServer[] = [];
  try {
    await database.asApp(createObviousDesign);
    for (const observer of SERVED) servers.push(await ObservedServer.start(observer, database.environment()));
    return await interleave(
      servers.map((server) => ({ name: server.observer, measure: () => costOf(server) })),
      { warmups: 1, rounds, log },
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await database.stop();
  }
}

async function costOf(server: ObservedServer): Promise<number> {
  const before = await server.report();
  const url = `${server.url}/api/v1/jobs/17`;
  const result = await autocannon({ url, connections: CONNECTIONS, amount: REQUESTS });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${server.observer}: ${result.non2xx} failed answers`);
  await delay(SETTLE_MS);
  const after = await server.report();
  return (after.cpuMicroseconds - before.cpuMicroseconds) / (after.requests - before.requests);
}
