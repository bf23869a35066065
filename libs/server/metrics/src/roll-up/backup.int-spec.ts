import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { openSchema, type OpenSchema } from '@lakescope/server-persistence';
import { LocalStack, withSeed } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { DAY_MS, HOUR_MS } from './raw-tables';
import { ledgerErrors, tierErrors } from './testing/books';
import { givenEvents, givenRequests, someEvents, someRequests, tiersOf } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

const NOW = Date.now();

describe('metrics in a backup', () => {
  let stack: LocalStack;
  let replica: MetricsReplica;
  let clients: DatabricksClients;
  let schema: OpenSchema;
  let folder: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    folder = await mkdtemp(join(tmpdir(), 'lakescope-metrics-backup-'));
    replica = await MetricsReplica.start(stack);
    const { lakebase, databricks } = stack.config();
    const { clientId = '', clientSecret = new Secret('') } = databricks;
    clients = new DatabricksClients({
      host: databricks.host.href,
      app: { clientId, clientSecret },
      product: { name: 'lakescope', version: '0.0.0' },
    });
    schema = await openSchema(lakebase, clients, migrations);
  });
  afterAll(async () => {
    await schema.close();
    await clients.close();
    await replica.stop();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('come back whole, with their days as partitions, and roll up to the same bytes', async () => {
    await withSeed(async (random) => {
      for (const day of [4, 2, 0]) await replica.partitions.ensure(NOW - day * DAY_MS);
      await givenRequests(replica, someRequests(random, 500, NOW - 4 * DAY_MS, NOW - HOUR_MS));
      await givenEvents(replica, someEvents(random, 200, NOW - 4 * DAY_MS, NOW - HOUR_MS));
      await replica.rollUp.run();
      const before = await tiersOf(replica);
      const raw = await rawRows();
      await schema.backup.backup(join(folder, 'saved'));

      await schema.backup.restore(join(folder, 'saved'), { replace: true });
      const { inDefault } = await replica.partitions.ensure();
      await replica.rollUp.run();

      expect(inDefault).toEqual({ performance: 0, usage: 0 });
      expect(await rawRows()).toEqual(raw);
      expect(await tiersOf(replica)).toBe(before);
      expect(await tierErrors(replica)).toEqual([]);
      expect(await ledgerErrors(replica)).toEqual([]);
      expect(
        await replica.sql('SELECT 1 FROM performance_metrics_default UNION ALL SELECT 1 FROM usage_events_default'),
      ).toEqual([]);
      await givenRequests(replica, [{ at: NOW }]);
      const [{ ids } = { ids: 0 }] = await replica.sql<{ ids: number }>(
        'SELECT count(DISTINCT correlation_id)::int AS ids FROM performance_metrics',
      );
      expect(ids).toBe(501);
    });
  });

  function rawRows(): Promise<unknown[]> {
    return replica.sql(
      `SELECT 'request' AS kind, to_jsonb(p)::text AS row FROM performance_metrics AS p
       UNION ALL SELECT 'event', to_jsonb(u)::text FROM usage_events AS u ORDER BY 1, 2`,
    );
  }
});
