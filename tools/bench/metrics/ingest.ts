import type { Outcome } from '../scenario';
import { median } from '../benchmark';
import { makePartitions } from './filled-database';
import type { Goal } from './goal';
import { copy, entityOf, insertMany, insertOne, ObviousMetric, obviousDataSource, unnestAlone } from './ingest-peers';
import { MetricsDatabase, walBytes } from './metrics-database';
import { createObviousDesign } from './obvious-design';
import { OurFlush } from './our-recording';
import { interleave, named, pairedRatio, spread } from './rounds';
import { Batches, storedRequests } from './stored-requests';

const DAY_MS = 86_400_000;
const ROUNDS = 10;

interface Way {
  readonly name: string;
  /** Stores some rows and answers how many. */
  store(): Promise<number>;
  readonly seconds: number;
}

interface Cost {
  readonly cpu: number[];
  readonly wal: number[];
}

/** Rows stored a second: our flush with its books, and everything one might do instead. */
export const metricsIngest: Goal = {
  name: 'metrics-ingest',
  title: (size) =>
    `rows stored a second: our flush ${size.rounds(ROUNDS)} times ${size.seconds(6)} s, in turns with its peers of ${size.seconds(2)} s`,
  measure: async ({ size, log }) => {
    const database = await MetricsDatabase.start();
    const [client, superuser, pool] = [await database.connect(), await database.connectSuperuser(), database.pool(10)];
    const typeorm = await obviousDataSource(database);
    try {
      await makePartitions(client, Date.now() - DAY_MS, Date.now());
      await createObviousDesign(client);
      const requests = storedRequests(100_000);
      const [batches, ours] = [new Batches(requests), new OurFlush(client, requests)];
      const repository = typeorm.getRepository(ObviousMetric);
      const seconds = size.seconds(2);
      const ways: Way[] = [
        { name: 'our flush, 1000 a statement', seconds: size.seconds(6), store: () => ours.store(1_000) },
        {
          name: 'obvious design, one INSERT a request',
          seconds,
          store: async () => {
            for (const row of batches.take(100)) await insertOne(client, row);
            return 100;
          },
        },
        {
          name: 'obvious design, one INSERT a request, pool of 10',
          seconds,
          store: async () => {
            await Promise.all(batches.take(1_000).map((row) => insertOne(pool, row)));
            return 1_000;
          },
        },
        {
          name: 'obvious design, TypeORM save()',
          seconds,
          store: async () => {
            for (const row of batches.take(100)) await repository.save(entityOf(row));
            return 100;
          },
        },
        {
          name: 'obvious design, TypeORM insert()',
          seconds,
          store: async () => {
            for (const row of batches.take(100)) await repository.insert(entityOf(row));
            return 100;
          },
        },
        {
          name: 'obvious design, TypeORM insert() of 1000',
          seconds,
          store: async () => {
            await repository.insert(batches.take(1_000).map(entityOf));
            return 1_000;
          },
        },
        {
          name: 'obvious design, INSERT of 1000 rows',
          seconds,
          store: async () => {
            await insertMany(client, batches.take(1_000));
            return 1_000;
          },
        },
        {
          name: 'our table, unnest of 1000 without the books',
          seconds,
          store: async () => {
            await unnestAlone(client, batches.take(1_000));
            return 1_000;
          },
        },
        {
          name: 'our table, COPY of 5000 without the books',
          seconds,
          store: async () => {
            await copy(superuser, 'lakescope.performance_metrics', batches.take(5_000));
            return 5_000;
          },
        },
      ];
      const costs = new Map(ways.map(({ name }): [string, Cost] => [name, { cpu: [], wal: [] }]));
      const measured = await interleave(
        ways.map((way) => ({
          name: way.name,
          measure: async () => {
            await superuser.query(
              'TRUNCATE obvious.performance_metrics, lakescope.performance_metrics, lakescope.metrics_ingest_log, lakescope.metrics_dirty',
            );
            const wal = await walBytes(superuser);
            const { rows, perSecond, cpuMicroseconds } = await storeFor(way);
            costs.get(way.name)?.cpu.push(cpuMicroseconds / rows);
            costs.get(way.name)?.wal.push(((await walBytes(superuser)) - wal) / rows);
            return perSecond;
          },
        })),
        { warmups: 1, rounds: size.rounds(ROUNDS), log },
      );
      const subject = named(measured, 'our flush, 1000 a statement');
      const single = named(measured, 'obvious design, one INSERT a request');
      const outcomes: Outcome[] = [
        { what: 'our flush', value: median(subject.values), unit: 'rows/s', atLeast: 100_000 },
        { what: 'our flush / one INSERT a request', value: pairedRatio(subject, single), unit: 'times', atLeast: 20 },
      ];
      return {
        tables: [
          {
            title: 'Rows a second, with their cost in this process (Node) and in the write-ahead log:',
            columns: ['way', 'rows/s, median', 'middle half', 'ours / this', 'CPU us/row', 'WAL bytes/row'],
            rows: measured.map((one) => [
              one.name,
              Math.round(median(one.values)),
              spread(one.values),
              pairedRatio(subject, one).toPrecision(3),
              median(costs.get(one.name)?.cpu ?? []),
              Math.round(median(costs.get(one.name)?.wal ?? [])),
            ]),
          },
        ],
        outcomes,
      };
    } finally {
      await typeorm.destroy();
      await Promise.all([client.end(), superuser.end(), pool.end()]);
      await database.stop();
    }
  },
};

async function storeFor({
  store,
  seconds,
}: Way): Promise<{ rows: number; perSecond: number; cpuMicroseconds: number }> {
  const before = process.cpuUsage();
  const began = performance.now();
  let rows = 0;
  while (performance.now() - began < seconds * 1_000) rows += await store();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { rows, perSecond: (rows * 1_000) / ms, cpuMicroseconds: user + system };
}
