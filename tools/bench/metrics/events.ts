import { SeededRandom } from '@lakescope/server-testing';
import type { Client } from 'pg';
import { median } from '../benchmark';
import { ApiProcess } from './api-process';
import { EVENT_TYPES, PAGES, timedUuid } from './copy-rows';
import type { Goal, Size } from './goal';
import { MetricsDatabase } from './metrics-database';
import { createObviousDesign, obviousEventInsert } from './obvious-design';
import { OurEvents } from './our-events';
import { comparison, interleave, named, quantile, spread } from './rounds';

const BATCH = 1_000;
const ROUNDS = 10;
const PEOPLE = 10;

export interface SentEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly page_name: string;
  readonly element_id: string;
  readonly success: boolean;
  readonly metadata: { readonly rows: number };
}

/** Usage events: what the database takes, and what a batch of a thousand costs who sends it. */
export const metricsEvents: Goal = {
  name: 'metrics-events',
  title: (size) =>
    `batches of ${BATCH} usage events: into the database ${size.rounds(ROUNDS)} times ${size.seconds(3)} s, and ${posts(size)} times over HTTP`,
  measure: async ({ size, log }) => {
    const database = await MetricsDatabase.start();
    try {
      const stored = await intoTheDatabase(database, size, log);
      const sent = await overHttp(database, size);
      const ours = named(stored, 'ours, 1000 at once');
      return {
        tables: [
          comparison('Events a second into the database:', 'events/s', stored),
          {
            title: `POST of ${BATCH} events:`,
            columns: ['what', 'batches', 'median (ms)', 'middle half', 'p95', 'inserted'],
            rows: [
              [
                'new',
                sent.first.length,
                median(sent.first),
                spread(sent.first),
                quantile(sent.first, 0.95),
                sent.inserted,
              ],
              [
                'sent again',
                sent.again.length,
                median(sent.again),
                spread(sent.again),
                quantile(sent.again, 0.95),
                sent.twice,
              ],
            ],
          },
        ],
        outcomes: [
          { what: 'events into the database', value: median(ours.values), unit: 'events/s', atLeast: 50_000 },
          { what: `POST of ${BATCH}, p95`, value: quantile(sent.first, 0.95), unit: 'ms', atMost: 40 },
          { what: 'inserted when sent again', value: sent.twice, unit: 'events', atMost: 0 },
          {
            what: 'events that were sent and are not there',
            value: posts(size) * BATCH - sent.inserted,
            unit: 'events',
            atMost: 0,
            atLeast: 0,
          },
        ],
      };
    } finally {
      await database.stop();
    }
  },
};

function posts({ full }: Size): number {
  return full ? 200 : 20;
}

function events(count: number, random: SeededRandom): SentEvent[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    event_id: timedUuid(now - count + index, random),
    event_type: EVENT_TYPES[random.below(EVENT_TYPES.length)] ?? '',
    page_name: PAGES[random.below(PAGES.length)] ?? '',
    element_id: `button-${random.below(50)}`,
    success: random.chance(0.98),
    metadata: { rows: random.below(1_000) },
  }));
}

async function intoTheDatabase(database: MetricsDatabase, size: Size, log: (line: string) => void) {
  await database.asApp(createObviousDesign);
  const ours = await OurEvents.open(database);
  const client = await database.connect();
  const random = new SeededRandom(8);
  // What makes the events is no part of storing them.
  const perSecond = async (count: number, store: (batch: SentEvent[]) => Promise<number>): Promise<number> => {
    let [stored, ms] = [0, 0];
    while (ms < size.seconds(3) * 1_000) {
      const batch = events(count, random);
      const began = performance.now();
      stored += await store(batch);
      ms += performance.now() - began;
    }
    return (stored * 1_000) / ms;
  };
  try {
    return await interleave(
      [
        {
          name: 'ours, 1000 at once',
          measure: () => perSecond(BATCH, (batch) => ours.store(batch)),
        },
        {
          name: 'obvious design, one INSERT an event',
          measure: () => perSecond(100, (batch) => obviously(client, batch)),
        },
      ],
      { warmups: 1, rounds: size.rounds(ROUNDS), log },
    );
  } finally {
    await client.end();
    await ours.close();
  }
}

async function obviously(client: Client, batch: readonly SentEvent[]): Promise<number> {
  for (const event of batch) {
    const { event_type, page_name, element_id, success, metadata } = event;
    const values = [event_type, 'user-1@example.com', page_name, element_id, new Date(), success, metadata];
    await client.query({ name: 'obvious-event', text: obviousEventInsert, values });
  }
  return batch.length;
}

async function overHttp(database: MetricsDatabase, size: Size) {
  const { workspace } = database.stack;
  const tokens: string[] = [];
  for (let person = 0; person < PEOPLE; person++) {
    const userName = `person-${person}@example.com`;
    await workspace.createUser({ userName });
    const { token } = await workspace.issueUserToken(userName, workspace.app.userApiScopes);
    tokens.push(token);
  }
  const api = await ApiProcess.start(database);
  const random = new SeededRandom(9);
  const send = async (token: string, body: string): Promise<{ ms: number; inserted: number }> => {
    const { status, text, ms } = await api.ask('/api/v1/metrics/usage-events', token, { method: 'POST', body });
    if (status !== 202) throw new Error(`${status} ${text.slice(0, 300)}`);
    return { ms, inserted: (JSON.parse(text) as { inserted: number }).inserted };
  };
  try {
    for (const token of tokens) await send(token, JSON.stringify({ events: events(BATCH, random) }));
    const [first, again]: [number[], number[]] = [[], []];
    let [inserted, twice] = [0, 0];
    for (let post = 0; post < posts(size); post++) {
      const token = tokens[post % tokens.length] ?? '';
      const body = JSON.stringify({ events: events(BATCH, random) });
      const one = await send(token, body);
      const two = await send(token, body);
      first.push(one.ms);
      again.push(two.ms);
      inserted += one.inserted;
      twice += two.inserted;
    }
    return { first, again, inserted, twice };
  } finally {
    await api.stop();
  }
}
