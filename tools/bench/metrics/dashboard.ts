import { median } from '../benchmark';
import { ApiProcess } from './api-process';
import type { FilledDatabase } from './filled-database';
import { written, type Goal, type Setting, type Table } from './goal';
import { obviousHistory, obviousScreen } from './obvious-design';
import { interleave, pairedRatio, quantile, spread } from './rounds';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Range {
  readonly name: string;
  readonly ms: number;
  /** Length of one step of the time series, in seconds. */
  readonly stepSeconds: number;
}

export const RANGES: readonly Range[] = [
  { name: '1 h', ms: HOUR_MS, stepSeconds: 60 },
  { name: '24 h', ms: DAY_MS, stepSeconds: 300 },
  { name: '7 d', ms: 7 * DAY_MS, stepSeconds: 3_600 },
];

export const HISTORIES: readonly Range[] = [
  { name: '30 d', ms: 30 * DAY_MS, stepSeconds: 21_600 },
  { name: '90 d', ms: 90 * DAY_MS, stepSeconds: 86_400 },
];

/** What the page asks for when it opens; the heat map is the histograms of the series once more. */
const SCREEN = ['performance', 'time-series?metric_type=both', 'usage'];

/** Milliseconds of each, one after the other; of a range of its own each time, so that nothing is answered from memory. */
export async function screen(api: ApiProcess, token: string, range: Range, endMs = Date.now()): Promise<number[]> {
  const [start, end] = [endMs - range.ms, endMs].map((ms) => new Date(ms).toISOString());
  const took: number[] = [];
  for (const path of SCREEN) {
    took.push(
      await api.timed(`/api/v1/metrics/${path}${path.includes('?') ? '&' : '?'}start=${start}&end=${end}`, token),
    );
  }
  return took;
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The same of the obvious design: its statements alone, without any server in front of them. */
async function obviousScreenOf(filled: FilledDatabase, range: Range, statements: readonly string[]): Promise<number> {
  const values = [new Date(filled.endMs - range.ms), new Date(filled.endMs)];
  return filled.database.asApp(async (client) => {
    const began = performance.now();
    for (const text of statements) await client.query(text, values);
    return performance.now() - began;
  });
}

const ROUNDS = 25;
/** The obvious design takes seconds for what is measured 25 times, and does not get faster by it. */
const PEER_ROUNDS = 3;

/** The screen of the dashboard over raw days. */
export const metricsDashboard: Goal = {
  name: 'metrics-dashboard',
  title: ({ rows }) =>
    `everything the page asks for, one after the other, at ${rows} raw rows; warm, and after a restart`,
  measure: (setting) =>
    compare(setting, RANGES, {
      obvious: ({ stepSeconds }) => [
        obviousScreen.summary,
        obviousScreen.endpoints,
        obviousScreen.series(stepSeconds),
        obviousScreen.events,
      ],
      // An hour is few rows in either design.
      bars: ({ name }) => (name === '1 h' ? { p95: 100 } : { p95: 100, times: 50 }),
    }),
};

/** The same over the history, which the obvious design tells fast, and wrong (metrics-accuracy). */
export const metricsHistory: Goal = {
  name: 'metrics-history',
  title: () => 'everything the page asks for over 30 and 90 days of history',
  measure: (setting) =>
    compare(setting, HISTORIES, {
      obvious: () => [obviousHistory.summary, obviousHistory.endpoints, obviousHistory.series],
      bars: ({ name }) => ({ p95: name === '30 d' ? 50 : 75 }),
    }),
};

interface Terms {
  obvious(range: Range): readonly string[];
  bars(range: Range): { p95: number; times?: number };
}

async function compare(
  { size, log, filled }: Setting,
  ranges: readonly Range[],
  terms: Terms,
): ReturnType<Goal['measure']> {
  const there = await filled();
  const token = await there.database.stack.token('admin');
  const rows: Table['rows'][number][] = [];
  const outcomes = [];
  for (const range of ranges) {
    log(`  ${range.name}`);
    const restarted = await firstAfterRestart(there, token, range);
    const api = await ApiProcess.start(there.database);
    try {
      for (let warm = 0; warm < size.rounds(10); warm++) await screen(api, token, range);
      const cpu = await cpuOfScreens(api, there, token, range, size.rounds(25));
      const statements = terms.obvious(range);
      let [round, last] = [0, NaN];
      const parts: number[][] = [];
      const [ours, obvious] = await interleave(
        [
          {
            name: 'ours',
            measure: async () => {
              const took = await screen(api, token, range);
              parts.push(took);
              return sum(took);
            },
          },
          {
            name: 'obvious design',
            // Between its rounds its last value stands in, so that the lists stay as long as each other.
            measure: async () => {
              if (round++ % Math.ceil(ROUNDS / PEER_ROUNDS) === 0)
                last = await obviousScreenOf(there, range, statements);
              return last;
            },
          },
        ],
        { warmups: 1, rounds: size.rounds(ROUNDS), log: () => undefined },
      );
      if (ours === undefined || obvious === undefined) throw new Error('Two were measured');
      const times = 1 / pairedRatio(ours, obvious);
      rows.push([
        range.name,
        median(ours.values),
        quantile(ours.values, 0.95),
        spread(ours.values),
        SCREEN.map((_, part) => written(median(parts.map((took) => took[part] ?? NaN)))).join(' + '),
        `${written(cpu.api)} + ${written(cpu.database)}`,
        restarted,
        median(obvious.values),
        times.toPrecision(3),
      ]);
      const bars = terms.bars(range);
      outcomes.push({ what: `${range.name}, p95`, value: quantile(ours.values, 0.95), unit: 'ms', atMost: bars.p95 });
      outcomes.push({
        what: `${range.name}, obvious design / ours`,
        value: times,
        unit: 'times',
        ...(bars.times === undefined ? {} : { atLeast: bars.times }),
      });
    } finally {
      await api.stop();
    }
  }
  return {
    tables: [
      {
        title: 'Milliseconds of a screen:',
        columns: [
          'range',
          'ours, p50',
          'p95',
          'middle half',
          'performance + time-series + usage',
          'CPU, API + database',
          'first after a restart',
          'obvious design, median',
          'obvious / ours',
        ],
        rows,
      },
    ],
    outcomes,
  };
}

/** Of one screen, in milliseconds; in many, because the kernel counts in steps of 10 ms. */
async function cpuOfScreens(
  api: ApiProcess,
  { database }: FilledDatabase,
  token: string,
  range: Range,
  screens: number,
): Promise<{ api: number; database: number }> {
  const [{ cpuMicroseconds: before }, sessions] = [await api.loopDelay(), await database.sessionCpu()];
  for (let asked = 0; asked < screens; asked++) await screen(api, token, range);
  const [{ cpuMicroseconds: after }, sessionsAfter] = [await api.loopDelay(), await database.sessionCpu()];
  return { api: (after - before) / 1_000 / screens, database: (sessionsAfter - sessions) / screens };
}

/** Of server and database: nothing is in the memory of either, but still in that of the operating system. */
async function firstAfterRestart(filled: FilledDatabase, token: string, range: Range): Promise<number> {
  await filled.database.stack.postgres.restart();
  const api = await ApiProcess.start(filled.database);
  try {
    return sum(await screen(api, token, range));
  } finally {
    await api.stop();
  }
}
