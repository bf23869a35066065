import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { TestCli } from './testing/test-cli';

const HOUR = 3_600_000;

describe('metrics on the command line', () => {
  let cli: TestCli;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    cli = await TestCli.start();
    await cli.write(cli.complete());
  });
  afterAll(() => cli.stop());

  it('cannot be rolled up before there is a schema', async () => {
    const { code, note } = await cli.run(['aggregate-metrics']);

    expect({ code, note }).toEqual({ code: 1, note: expect.stringContaining('npx lakescope migrate up') });
  });

  it('are rolled up, have partitions made, and come to the same when asked again', async () => {
    await cli.run(['migrate', 'up']);
    const hourAgo = new Date(Date.now() - HOUR).toISOString();
    await asSuperuser(
      `INSERT INTO lakescope.performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method)
       VALUES ('${hourAgo}', 12, 200, '/x', 'GET');
       INSERT INTO lakescope.metrics_dirty VALUES
         ('performance', date_bin('5 min', '${hourAgo}', timestamptz '2000-01-01Z'), gen_random_uuid(), 1);`,
    );

    const first = await cli.run(['aggregate-metrics']);
    const again = await cli.run(['aggregate']);

    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^Rolled up 1 buckets in \d+ ms\.$/m) });
    expect(first.out).toMatch(/^made performance_metrics_\d{4}_\d\d_\d\d$/m);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^Rolled up 0 buckets in \d+ ms\.\n$/) });
    expect(await asSuperuser('SELECT granularity_min FROM lakescope.aggregated_metrics ORDER BY 1')).toEqual([
      { granularity_min: 5 },
      { granularity_min: 60 },
      { granularity_min: 1440 },
    ]);
  });

  it('that are not all in the tiers are kept, and the exit code is 2', async () => {
    await asSuperuser(
      `CREATE TABLE lakescope.performance_metrics_2026_01_05 PARTITION OF lakescope.performance_metrics
         FOR VALUES FROM ('2026-01-05Z') TO ('2026-01-06Z');
       ALTER TABLE lakescope.performance_metrics_2026_01_05 OWNER TO "${cli.stack.workspace.servicePrincipal.clientId}";
       INSERT INTO lakescope.performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method)
       VALUES ('2026-01-05T12:00Z', 12, 200, '/x', 'GET')`,
    );

    const { code, note } = await cli.run(['aggregate-metrics']);

    expect(code).toBe(2);
    expect(note).toContain('performance_metrics_2026_01_05 stays: the 5-minute tier counts 0 of its 1 rows');
  });

  it('are left alone where no database is configured, and while it is away, with exit code 1', async () => {
    const settings = cli.complete({ PGHOST: undefined });
    await cli.write(settings);
    const none = await cli.run(['aggregate-metrics']);
    await cli.write(cli.complete({ PGPORT: '1' }));
    const away = await cli.run(['aggregate-metrics']);

    expect(none).toMatchObject({ code: 1, note: expect.stringContaining('No database is configured') });
    expect(away).toMatchObject({ code: 1, note: expect.stringContaining('cannot be reached') });
  });

  async function asSuperuser(statement: string): Promise<unknown[]> {
    const { host, port, superuser, password, database } = cli.stack.postgres;
    const client = new Client({ host, port, user: superuser, password, database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }
});
