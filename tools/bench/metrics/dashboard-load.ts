import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../benchmark';
import { ApiProcess } from './api-process';
import { RANGES } from './dashboard';
import type { FilledDatabase } from './filled-database';
import type { Goal } from './goal';
import { obviousScreen } from './obvious-design';
import { OurFlush } from './our-recording';
import { quantile, spread } from './rounds';
import { storedRequests } from './stored-requests';

const ADMINS = 8;
const INGEST = 5_000;
const BATCH = 1_000;

/** Eight people who ask for the next screen as soon as they have one, while others write. */
export const metricsDashboardLoad: Goal = {
  name: 'metrics-dashboard-load',
  title: (size) =>
    `${ADMINS} admins on the screen of 7 days for ${size.seconds(60)} s, while ${INGEST} rows a second are stored, at ${size.rows} raw rows`,
  measure: async ({ size, log, filled }) => {
    const there = await filled();
    const token = await there.database.stack.token('admin');
    const api = await ApiProcess.start(there.database);
    try {
      const seconds = size.seconds(60);
      const named = () => timedScreen(api, token, 'time_range=7d');
      const own = () => timedScreen(api, token, ownRange());
      // Everything is loaded and compiled before it counts.
      await crowd(Math.min(5, seconds), own);
      await api.loopDelay();
      const page = await withIngest(there, () => crowd(seconds, named));
      const pageLoop = await api.loopDelay();
      log(`  ${page.result.length} screens`);
      const each = await withIngest(there, () => crowd(seconds, own));
      const eachLoop = await api.loopDelay();
      log(`  ${each.result.length} screens of a range of their own`);
      const obvious = await withIngest(there, () => obviousCrowd(there, seconds));
      const line = (
        name: string,
        took: readonly number[],
        loop: string | number,
        rate: number,
      ): (string | number)[] => [
        name,
        took.length,
        ...(took.length === 0 ? ['', '', ''] : [median(took), spread(took), quantile(took, 0.95)]),
        loop,
        Math.round(rate),
      ];
      return {
        tables: [
          {
            title: 'Milliseconds of a screen:',
            columns: [
              'asked for',
              'screens',
              'median',
              'middle half',
              'p95',
              'event loop of the API, p99',
              'rows/s stored',
            ],
            rows: [
              line('the last 7 days, as the page does', page.result, pageLoop.p99, page.perSecond),
              line('7 days up to an instant of its own', each.result, eachLoop.p99, each.perSecond),
              line('obvious design, its statements alone', obvious.result, '', obvious.perSecond),
            ],
          },
        ],
        outcomes: [
          { what: 'screen, p95', value: quantile(page.result, 0.95), unit: 'ms', atMost: 300 },
          { what: 'event loop of the API, p99', value: pageLoop.p99, unit: 'ms', atMost: 50 },
          { what: 'rows stored meanwhile', value: page.perSecond, unit: 'rows/s', atLeast: INGEST * 0.95 },
          { what: 'screen nobody else asks for, p95', value: quantile(each.result, 0.95), unit: 'ms' },
        ],
      };
    } finally {
      await api.stop();
    }
  },
};

const WEEK_MS = RANGES.at(-1)?.ms ?? 0;

function ownRange(): string {
  const end = Date.now();
  return `start=${new Date(end - WEEK_MS).toISOString()}&end=${new Date(end).toISOString()}`;
}

/** As a browser asks: all at once. */
async function timedScreen(api: ApiProcess, token: string, range: string): Promise<number> {
  const began = performance.now();
  await Promise.all(
    ['performance?', 'time-series?metric_type=both&', 'usage?'].map((path) =>
      api.timed(`/api/v1/metrics/${path}${range}`, token),
    ),
  );
  return performance.now() - began;
}

async function crowd(seconds: number, ask: () => Promise<number>): Promise<number[]> {
  const until = performance.now() + seconds * 1_000;
  const took: number[] = [];
  const admin = async (): Promise<void> => {
    while (performance.now() < until) took.push(await ask());
  };
  await Promise.all(Array.from({ length: ADMINS }, admin));
  return took;
}

async function obviousCrowd({ database, endMs }: FilledDatabase, seconds: number): Promise<number[]> {
  const pool = database.pool(ADMINS);
  const values = [new Date(endMs - WEEK_MS), new Date(endMs)];
  const statements = [
    obviousScreen.summary,
    obviousScreen.endpoints,
    obviousScreen.series(3_600),
    obviousScreen.events,
  ];
  try {
    return await crowd(seconds, async () => {
      const began = performance.now();
      for (const text of statements) await pool.query(text, values);
      return performance.now() - began;
    });
  } finally {
    await pool.end();
  }
}

/** Rows come in at their own pace, whoever reads. */
async function withIngest<T>(
  { database }: FilledDatabase,
  work: () => Promise<T>,
): Promise<{ result: T; perSecond: number }> {
  const client = await database.connect();
  const flush = new OurFlush(client, storedRequests(10_000));
  const ends = new AbortController();
  const began = performance.now();
  const storing = (async () => {
    let stored = 0;
    while (!ends.signal.aborted) {
      stored += await flush.store(BATCH);
      await delay(Math.max(0, began + (stored / INGEST) * 1_000 - performance.now()));
    }
    return stored;
  })();
  try {
    const result = await work();
    const seconds = (performance.now() - began) / 1_000;
    ends.abort();
    return { result, perSecond: (await storing) / seconds };
  } finally {
    ends.abort();
    await storing;
    await client.end();
  }
}
