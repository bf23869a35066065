import autocannon from 'autocannon';
import { median } from '../benchmark';
import type { Goal } from './goal';
import { MetricsDatabase } from './metrics-database';
import { createObviousDesign } from './obvious-design';
import { ObservedServer } from './observed-servers';
import { interleave, named, pairedDifference, spread } from './rounds';

const RATE = 1_000;
const SERVED = ['nobody', 'ours', 'swagger-stats', 'obvious design'];

/** How long the event loop is held up by storing what was recorded. */
export const metricsLoop: Goal = {
  name: 'metrics-loop',
  title: (size) =>
    `delay of the event loop, p99, at ${RATE} requests a second, ${size.rounds(8)} times ${size.seconds(10)} s each`,
  measure: async ({ size, log }) => {
    const database = await MetricsDatabase.start();
    const servers: ObservedServer[] = [];
    try {
      await database.asApp(createObviousDesign);
      for (const observer of SERVED) servers.push(await ObservedServer.start(observer, database.environment()));
      const measured = await interleave(
        servers.map((server) => ({ name: server.observer, measure: () => loopDelay(server, size.seconds(10)) })),
        { warmups: 1, rounds: size.rounds(8), log },
      );
      const nobody = named(measured, 'nobody');
      const extra = measured.map((one) => pairedDifference(one, nobody));
      return {
        tables: [
          {
            title: 'Delay of the event loop, p99 of a round, in milliseconds:',
            columns: ['observed by', 'median', 'middle half', 'more than nobody'],
            rows: measured.map((one) => [
              one.name,
              median(one.values),
              spread(one.values),
              median(named(extra, one.name).values),
            ]),
          },
        ],
        outcomes: [{ what: 'p99 that ours adds', value: median(named(extra, 'ours').values), unit: 'ms', atMost: 2 }],
      };
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      await database.stop();
    }
  },
};

async function loopDelay(server: ObservedServer, seconds: number): Promise<number> {
  await server.report();
  const url = `${server.url}/api/v1/jobs/17`;
  const result = await autocannon({ url, connections: 20, overallRate: RATE, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${server.observer}: ${result.non2xx} failed answers`);
  return (await server.report()).loopDelayMs.p99;
}
