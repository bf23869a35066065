import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from './benchmark';
import { cdaLake, type CdaLake } from './cda-lake';
import { startCdaS3, type CdaS3 } from './cda-s3';
import { LOOP_DELAY, loopDelay, type LoopDelay } from './processes';
import { RunningApi } from './running-api';
import type { Scenario } from './scenario';

const TABLES = 200;
const FOLDERS = 50;
/** Of each phase, and of the time before it that does not count. */
const SECONDS = 10;
const WARM_SECONDS = 3;
/** In turns, so that a busy machine disturbs both alike. */
const ROUNDS = 3;
const REQUESTS_PER_SECOND = 60;
/** What people do while a run is under way: follow it, look at tables, keep a setting. */
const ASKED = [
  '/api/v1/user/me',
  '/api/v1/jobs',
  '/api/v1/preferences',
  '/api/v1/unity-catalog/catalogs',
  '/api/v1/s3/connections',
  '/api/v1/jobs/health',
] as const;

interface Phase {
  readonly latency: number;
  readonly loop: LoopDelay;
}

/** The API answers the same requests, at the same rate, alone and while a run of its own embedded engine uses what is left of the machine. */
export const cdaBesideApi: Scenario = {
  name: 'cda-beside-api',
  title: `${REQUESTS_PER_SECOND} requests a second to the API, alone and while it ingests ${TABLES} tables of ${FOLDERS} folders from an S3-compatible server`,
  tell: async (log) => {
    const lake = await cdaLake(TABLES, FOLDERS, log);
    const s3 = await startCdaS3();
    await placeIn(s3, lake);
    const api = await RunningApi.start({}, { LAKESCOPE_S3_ENDPOINTS: s3.url }, LOOP_DELAY);
    try {
      const asker = new Asker(api, await api.stack.token('admin'));
      const source = await asker.connect(s3, 'source');
      const target = await asker.connect(s3, 'target');
      const idle: Phase[] = [];
      const busy: Phase[] = [];
      let folders = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        idle.push(await asker.phase());
        log(`cda-beside-api: alone, by route: ${asker.slowest()}`);
        const job = await asker.start({
          source: { connection_id: source, manifest_uri: 's3://source/cda/manifest.json' },
          target: { connection_id: target, uri: `s3://target/round-${round}` },
        });
        busy.push(await asker.phase());
        log(`cda-beside-api: beside a run, by route: ${asker.slowest()}`);
        folders += await asker.cancel(job);
        log(`cda-beside-api: round ${round + 1} of ${ROUNDS}`);
      }
      const of = (phases: readonly Phase[], what: (phase: Phase) => number): number => median(phases.map(what));
      const [aloneMs, besideMs] = [of(idle, ({ latency }) => latency), of(busy, ({ latency }) => latency)];
      const [aloneLoop, besideLoop] = [of(idle, ({ loop }) => loop.p99), of(busy, ({ loop }) => loop.p99)];
      return [
        { what: 'p99 of a request, alone', value: aloneMs, unit: 'ms' },
        { what: 'p99 of a request beside a run', value: besideMs, unit: 'ms' },
        { what: 'p99 of a request, beside a run / alone', value: besideMs / aloneMs, unit: 'x', atMost: 3 },
        { what: 'p99 of the event-loop delay, alone', value: aloneLoop, unit: 'ms' },
        { what: 'p99 of the event-loop delay beside a run', value: besideLoop, unit: 'ms' },
        {
          what: 'p99 of the event-loop delay, beside a run / alone',
          value: besideLoop / aloneLoop,
          unit: 'x',
          atMost: 3,
        },
        { what: 'folders ingested meanwhile', value: folders, unit: '', atLeast: 1 },
      ];
    } finally {
      await api.stop();
      await s3.stop();
    }
  },
};

/** The change data as if it had been written there. */
async function placeIn(s3: CdaS3, lake: CdaLake): Promise<void> {
  const folder = join(s3.sourceFolder, 'cda');
  execFileSync('cp', ['-rl', lake.folder, folder]);
  const manifest = join(folder, 'manifest.json');
  const text = await readFile(manifest, 'utf8');
  await rm(manifest);
  await writeFile(manifest, text.replaceAll(lake.rewrite.split('=')[0] ?? '', 's3://source/cda'));
}

/** One administrator at a running API. */
class Asker {
  /** Milliseconds of the requests of the last phase. */
  private readonly byPath = new Map<string, number[]>();

  constructor(
    private readonly api: RunningApi,
    private readonly token: string,
  ) {}

  async connect(s3: CdaS3, bucket: string): Promise<string> {
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = s3.keys;
    const json = { name: bucket, endpoint: s3.url, bucket, access_key_id, secret_access_key };
    return (await this.post<{ id: string }>('/api/v1/s3/connections', json)).id;
  }

  /** Answers the id of the job, once it runs. */
  async start(request: object): Promise<string> {
    const { job_id: id } = await this.post<{ job_id: string }>('/api/v1/jobs', request);
    for (;;) {
      const { status } = await this.job(id);
      if (status === 'running') return id;
      if (status !== 'pending') throw new Error(`The job is ${status}`);
      await delay(50);
    }
  }

  /** Answers how many folders it had ingested by then. */
  async cancel(id: string): Promise<number> {
    const { status } = await this.job(id);
    if (status !== 'running')
      throw new Error(`The job ended as ${status} while it was measured: there must be more to ingest`);
    await this.post(`/api/v1/jobs/${id}/cancel`, {});
    for (;;) {
      const job = await this.job(id);
      if (job.status !== 'running') return job.progress.folders.done;
      await delay(100);
    }
  }

  /** Requests at a steady rate, whether or not those before are answered: what is late makes others late. */
  async phase(): Promise<Phase> {
    await this.ask(WARM_SECONDS);
    await loopDelay(this.api.process.child);
    const times = await this.ask(SECONDS);
    const loop = await loopDelay(this.api.process.child);
    times.sort((one, other) => one - other);
    return { latency: times[Math.floor(times.length * 0.99)] ?? NaN, loop };
  }

  /** What the slow ones were, and how slow: median and p99 of each route. */
  slowest(): string {
    const said = [...this.byPath].map(([path, times]) => {
      times.sort((one, other) => one - other);
      const at = (share: number): string => (times[Math.floor(times.length * share)] ?? NaN).toFixed(0);
      return `${path.slice('/api/v1'.length)} ${at(0.5)} / ${at(0.99)} ms`;
    });
    return said.join(', ');
  }

  private async ask(seconds: number): Promise<number[]> {
    const asked: Promise<number>[] = [];
    for (const path of ASKED) this.byPath.set(path, []);
    const began = performance.now();
    for (let each = 0; each < seconds * REQUESTS_PER_SECOND; each += 1) {
      await delay(Math.max(0, began + (each * 1_000) / REQUESTS_PER_SECOND - performance.now()));
      const path = ASKED[each % ASKED.length] ?? '';
      asked.push(
        this.api.ask(path, this.token).then(({ status, text, ms }) => {
          if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 300)}`);
          this.byPath.get(path)?.push(ms);
          return ms;
        }),
      );
    }
    return Promise.all(asked);
  }

  private async job(id: string): Promise<{ status: string; progress: { folders: { done: number } } }> {
    const { text } = await this.api.ask(`/api/v1/jobs/${id}`, this.token);
    return JSON.parse(text) as { status: string; progress: { folders: { done: number } } };
  }

  private async post<T>(path: string, json: object): Promise<T> {
    const { status, text } = await this.api.ask(path, this.token, { method: 'POST', json });
    if (status >= 300) throw new Error(`${path}: ${status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }
}
