import { PostgresFaultProxy, SeededRandom } from '@lakescope/server-testing';
import autocannon from 'autocannon';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '../scenario';
import { ApiProcess } from './api-process';
import type { Goal, Setting } from './goal';
import { MetricsDatabase } from './metrics-database';

const RATE = 400;
const CUTS = 300;
const PATIENCE_MS = 120_000;

/** Two replicas, the database away, the line cut again and again, and a process killed: every request is stored once. */
export const metricsLoss: Goal = {
  name: 'metrics-loss',
  title: (size) =>
    `two replicas at ${RATE} requests a second: the database away for ${size.seconds(600)} s, ${cuts(size.full)} lines cut, one replica killed`,
  measure: async (setting) => {
    const database = await MetricsDatabase.start();
    const replicas: Replica[] = [];
    try {
      for (const seed of [1, 2]) replicas.push(await Replica.start(database, seed));
      const token = await database.stack.token('analyst');
      const books = new Books(database);
      const outcomes = [
        ...(await databaseAway(setting, replicas, token, books)),
        ...(await linesCut(setting, replicas, token, books)),
        ...(await replicaKilled(setting, replicas, token, books)),
      ];
      return { tables: [], outcomes };
    } finally {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await database.stop();
    }
  },
};

function cuts(full: boolean): number {
  return full ? CUTS : 10;
}

/** A server with a line of its own to the database. */
class Replica {
  private constructor(
    readonly api: ApiProcess,
    readonly line: PostgresFaultProxy,
  ) {}

  static async start(database: MetricsDatabase, seed: number): Promise<Replica> {
    const line = await PostgresFaultProxy.to(database.stack.postgres.port, { random: new SeededRandom(seed) });
    return new Replica(await ApiProcess.start(database, { PGPORT: String(line.port) }), line);
  }

  /** So many requests in so many seconds; answers how many were sent, and how many answered. */
  async load(token: string, seconds: number): Promise<{ sent: number; answered: number; p99: number }> {
    const rate = RATE / 2;
    const result = await autocannon({
      url: `${this.api.url}/api/v1/user/me`,
      headers: { 'X-Forwarded-Access-Token': token },
      connections: 10,
      overallRate: rate,
      amount: rate * seconds,
    });
    return { sent: rate * seconds, answered: result['2xx'], p99: result.latency.p99 };
  }

  async stop(): Promise<void> {
    await this.api.stop('SIGKILL');
    await this.line.stop();
  }
}

/** What the database says it has. */
class Books {
  constructor(readonly database: MetricsDatabase) {}

  /** Raw rows, requests in sketches that replicas folded, and rows whose correlation id another one has. */
  async counts(): Promise<{ stored: number; twice: number }> {
    return this.database.asSuperuser(async (client) => {
      const { rows } = await client.query<{ raw: string; folded: string; ids: string; books: string }>(
        `SELECT count(*) AS raw, count(DISTINCT correlation_id) AS ids,
                (SELECT coalesce(sum(sample_count), 0) FROM lakescope.aggregated_metrics
                 WHERE granularity_min = 5 AND source <> '00000000-0000-0000-0000-000000000000') AS folded,
                (SELECT coalesce(sum(rows), 0) FROM lakescope.metrics_ingest_log WHERE kind = 'performance') AS books
         FROM lakescope.performance_metrics`,
      );
      const [row] = rows;
      if (Number(row?.raw) !== Number(row?.books)) throw new Error(`${row?.raw} rows, and books of ${row?.books}`);
      return { stored: Number(row?.raw) + Number(row?.folded), twice: Number(row?.raw) - Number(row?.ids) };
    });
  }

  /** Waits until as much is stored as is expected, or nothing has come for a while; answers how long that took. */
  async settled(expected: number): Promise<{ stored: number; twice: number; seconds: number }> {
    const began = performance.now();
    let last = { stored: -1, twice: 0 };
    let changed = began;
    for (;;) {
      const now = await this.counts();
      if (now.stored !== last.stored) changed = performance.now();
      last = now;
      const seconds = (changed - began) / 1_000;
      if (now.stored >= expected || performance.now() - changed > 15_000) return { ...now, seconds };
      if (performance.now() - began > PATIENCE_MS) return { ...now, seconds };
      await delay(200);
    }
  }
}

async function databaseAway(
  { size, log }: Setting,
  replicas: Replica[],
  token: string,
  books: Books,
): Promise<Outcome[]> {
  const { stored: before } = await books.counts();
  const away = size.seconds(600);
  const { postgres } = books.database.stack;
  const loading = Promise.all(replicas.map((replica) => replica.load(token, away + 10)));
  await delay(5_000);
  await postgres.halt();
  await delay(away * 1_000);
  await postgres.restart();
  const loads = await loading;
  const sent = loads.reduce((sum, load) => sum + load.sent, 0);
  const { stored, twice, seconds } = await books.settled(before + sent);
  log(`  database away: ${sent} sent, ${stored - before} stored, settled ${seconds.toFixed(1)} s after the load`);
  return [
    { what: 'database away: requests sent', value: sent, unit: 'requests' },
    { what: 'database away: not stored', value: before + sent - stored, unit: 'requests', atMost: 0, atLeast: 0 },
    { what: 'database away: stored twice', value: twice, unit: 'requests', atMost: 0 },
    { what: 'database away: slowest answer of hundred', value: Math.max(...loads.map(({ p99 }) => p99)), unit: 'ms' },
  ];
}

async function linesCut({ size, log }: Setting, replicas: Replica[], token: string, books: Books): Promise<Outcome[]> {
  const { stored: before } = await books.counts();
  const [already, wanted] = [cutsOf(replicas), cuts(size.full)];
  let sent = 0;
  // One message in five never arrives whole.
  for (const { line } of replicas) line.cutRandomly(0.2);
  for (let chunk = 0; chunk < 120 && cutsOf(replicas) - already < wanted; chunk++) {
    const loads = await Promise.all(replicas.map((replica) => replica.load(token, 10)));
    sent += loads.reduce((sum, load) => sum + load.sent, 0);
    log(`  ${cutsOf(replicas) - already} of ${wanted} lines cut`);
  }
  for (const { line } of replicas) await line.heal();
  const { stored, twice } = await books.settled(before + sent);
  return [
    { what: 'lines cut', value: cutsOf(replicas) - already, unit: 'cuts', atLeast: wanted },
    { what: 'lines cut: requests sent', value: sent, unit: 'requests' },
    { what: 'lines cut: not stored', value: before + sent - stored, unit: 'requests', atMost: 0, atLeast: 0 },
    { what: 'lines cut: stored twice', value: twice, unit: 'requests', atMost: 0 },
  ];
}

function cutsOf(replicas: readonly Replica[]): number {
  return replicas.reduce((sum, { line }) => sum + line.cuts, 0);
}

async function replicaKilled({ log }: Setting, replicas: Replica[], token: string, books: Books): Promise<Outcome[]> {
  const [killed, left] = replicas;
  if (killed === undefined || left === undefined) throw new Error('There are two replicas');
  const { stored: before } = await books.counts();
  const loading = killed.load(token, 8);
  await delay(5_300);
  await killed.api.stop('SIGKILL');
  const { answered } = await loading;
  const { stored, twice } = await books.settled(before + answered);
  const lost = Math.max(0, before + answered - stored);
  const admin = await books.database.stack.token('admin');
  const told = await untilTold(left.api, admin);
  log(`  killed: ${answered} answered, ${lost} lost, told: at most ${told}`);
  return [
    { what: 'killed: requests lost', value: lost, unit: 'requests', atMost: RATE / 2 },
    { what: 'killed: stored twice', value: twice, unit: 'requests', atMost: 0 },
    { what: 'killed: lost at most, as the API tells', value: told ?? 0, unit: 'requests', atLeast: Math.max(1, lost) },
  ];
}

/** The dashboard says which replica ended without a word, and what may have gone with it. */
async function untilTold(api: ApiProcess, token: string): Promise<number | undefined> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(2_000)) {
    const { text } = await api.ask('/api/v1/metrics/performance', token);
    const { collection } = JSON.parse(text) as { collection?: { unclean_boots: { at_most: number }[] } };
    const [boot] = collection?.unclean_boots ?? [];
    if (boot !== undefined) return boot.at_most;
  }
  return undefined;
}
