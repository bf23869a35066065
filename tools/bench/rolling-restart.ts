import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { startAndRead } from './local-start';
import type { Scenario } from './scenario';

const REPLICAS = 2;
/** `ROLLING_RESTART_RATE` for a machine that others use as well: below what it takes, or the queue is what is measured. */
const RATE = Number(process.env['ROLLING_RESTART_RATE'] ?? 200);
/** Unanswered for so long, a request has failed. */
const PATIENCE_MS = 20_000;
const BEFORE_SECONDS = 15;
const PEOPLE = ['admin', 'engineer', 'analyst', 'outsider'] as const;
const EVENTS = '/api/v1/metrics/usage-events';
const PREFERENCES = '/api/v1/preferences';
/** Of twenty requests in a row four write; nobody may tell of more events than that. */
const WRITES = new Map([
  [0, EVENTS],
  [5, PREFERENCES],
  [10, PREFERENCES],
  [15, PREFERENCES],
]);
const READS = ['/api/v1/user/me', PREFERENCES, '/api/v1/metrics/usage/count'] as const;

interface Sent {
  /** 0: no answer. */
  readonly status: number;
  /** From the moment at which it was due, so that one that waits for others counts as slow. */
  readonly ms: number;
}

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  title: `${REPLICAS} replicas behind the local proxy, restarted one after the other at ${RATE} requests a second, one in five a write`,
  tell: async (log) => {
    const local = await startAndRead(['--replicas', String(REPLICAS), '--no-demo']);
    const load = new Load(local.app);
    try {
      // The first requests meet cold code and empty caches.
      await load.during(() => delay(5_000));
      const before = await load.during(() => delay(BEFORE_SECONDS * 1_000));
      const began = performance.now();
      const meanwhile = await load.during(() => restartReplicas(local.state, log));
      const seconds = (performance.now() - began) / 1_000;
      const after = await load.during(() => delay(5_000));
      const sent = [...before, ...meanwhile, ...after];
      for (const [status, count] of failures(sent)) log(`rolling-restart: ${count} answered ${status}`);
      return [
        { what: 'requests that failed', value: sent.filter(isFailed).length, unit: 'requests', atMost: 0 },
        { what: 'requests during the restart', value: meanwhile.length, unit: 'requests', atLeast: RATE },
        {
          what: 'writes that were accepted and are not there',
          value: await load.missing(),
          unit: 'events',
          atMost: 0,
          atLeast: 0,
        },
        { what: 'the restart of all', value: seconds, unit: 's' },
        { what: 'p50 before', value: quantile(before, 0.5), unit: 'ms' },
        { what: 'p99 before', value: quantile(before, 0.99), unit: 'ms' },
        { what: 'p50 during', value: quantile(meanwhile, 0.5), unit: 'ms' },
        { what: 'p99 during', value: quantile(meanwhile, 0.99), unit: 'ms' },
        { what: 'slowest during', value: quantile(meanwhile, 1), unit: 'ms' },
      ];
    } finally {
      await load.stop();
      await local.stop();
    }
  },
};

/** Requests at a constant rate, whether those before have been answered or not; each person's own. */
class Load {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly accepted = new Map<string, number>();
  private readonly underway = new Set<Promise<void>>();
  private readonly began = performance.now();
  private readonly timer: NodeJS.Timeout;
  private count = 0;
  private kept: Sent[] = [];

  constructor(private readonly app: string) {
    this.timer = setInterval(() => this.sendDue(), 1);
  }

  /** What was sent while the work was done, when all of it has ended. */
  async during(work: () => Promise<unknown>): Promise<Sent[]> {
    const kept: Sent[] = [];
    this.kept = kept;
    await work();
    // What is sent from now on is kept elsewhere.
    this.kept = [];
    await Promise.all(this.underway);
    return kept;
  }

  /** Events that were accepted, of which the app does not know. */
  async missing(): Promise<number> {
    clearInterval(this.timer);
    await Promise.all(this.underway);
    let missing = 0;
    for (const [person, accepted] of this.accepted) {
      const answer = await fetch(`${this.app}/api/v1/metrics/usage/count`, { headers: { 'X-Local-Persona': person } });
      const { count } = (await answer.json()) as { count: number };
      missing += accepted - count;
    }
    return missing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underway);
    this.agent.destroy();
  }

  private sendDue(): void {
    for (let due = this.dueAt; due <= performance.now(); due = this.dueAt) {
      this.count++;
      const sending = this.send(due, this.count, this.kept);
      this.underway.add(sending);
      void sending.finally(() => this.underway.delete(sending));
    }
  }

  private get dueAt(): number {
    return this.began + (this.count * 1_000) / RATE;
  }

  private async send(due: number, number: number, kept: Sent[]): Promise<void> {
    const written = WRITES.get(number % 20);
    const path = written ?? READS[number % READS.length] ?? PREFERENCES;
    // Not in step with what is asked, or one would send all events.
    const person = PEOPLE[(number + Math.floor(number / 20)) % PEOPLE.length] ?? 'admin';
    const status = await this.ask(path, person, written === undefined ? undefined : bodyOf(written));
    if (written === EVENTS && status === 202) this.accepted.set(person, (this.accepted.get(person) ?? 0) + 1);
    kept.push({ status, ms: performance.now() - due });
  }

  private ask(path: string, person: string, body: string | undefined): Promise<number> {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = {
      'X-Local-Persona': person,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    return new Promise((resolve) => {
      const asked = request(`${this.app}${path}`, { agent: this.agent, method, headers }, (answer) => {
        answer.resume();
        answer.on('close', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 0));
      });
      asked.setTimeout(PATIENCE_MS, () => asked.destroy());
      asked.on('error', () => resolve(0));
      asked.end(body);
    });
  }
}

/** The command that people use. */
async function restartReplicas(state: string, log: (line: string) => void): Promise<void> {
  const command = spawn(process.execPath, ['tools/restart-replicas.mjs', '--state', state]);
  let said = '';
  for (const stream of [command.stdout, command.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => command.once('close', resolve));
  for (const line of said.trim().split('\n')) log(`rolling-restart: ${line}`);
  if (code !== 0) throw new Error('The replicas were not restarted');
}

function isFailed({ status }: Sent): boolean {
  return status < 200 || status > 299;
}

function failures(sent: readonly Sent[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { status } of sent.filter(isFailed)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

function quantile(sent: readonly Sent[], part: number): number {
  const sorted = sent.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function bodyOf(path: string): string {
  if (path === PREFERENCES) return JSON.stringify({ preference_key: 'theme', preference_value: 'dark' });
  return JSON.stringify({ events: [{ event_id: uuidV7(), event_type: 'page_view', page_name: '/catalog' }] });
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
