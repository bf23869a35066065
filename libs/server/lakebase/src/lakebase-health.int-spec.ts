import { LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { LakebaseApp, type Json } from './testing/lakebase-app';

describe('preferences and the database behind them', () => {
  let stack: LocalStack;
  let app: LakebaseApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true });
    app = await LakebaseApp.start(stack);
  });

  afterEach(async () => {
    await stack.databaseLine.heal();
    await app.sql('DELETE FROM user_preferences');
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('come with the health of the database behind them', async () => {
    const health = await app.ask('analyst', '/lakebase/health');

    expect(health).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        configured: true,
        latency_ms: expect.any(Number),
        server_version: expect.stringMatching(/^17\./),
        user: stack.workspace.servicePrincipal.clientId,
        database: 'databricks_postgres',
        schema_version: migrations.at(-1)?.name,
        token_expires_at: expect.stringMatching(/Z$/),
        token_refreshed_at: expect.stringMatching(/Z$/),
        next_refresh_at: expect.stringMatching(/Z$/),
        credential_kind: 'provisioned',
        pool: { total: expect.any(Number), idle: expect.any(Number), waiting: 0, max: 20 },
      },
    });
  });

  it('come with the last hour of the pool behind them', async () => {
    await app.ask('analyst', '/preferences');
    await app.ask('analyst', '/preferences');

    const { status, body } = await app.ask('analyst', '/lakebase/pool');

    expect({ status, ...body }).toMatchObject({ status: 200, interval_seconds: 10, max: 20 });
    expect((body['items'] as Json[]).at(-1)).toEqual({
      at: expect.stringMatching(/Z$/),
      total: expect.any(Number),
      idle: expect.any(Number),
      // Nobody waits who gets a connection that is idle.
      waiting: 0,
      acquires: expect.any(Number),
      longest_wait_ms: expect.any(Number),
      connects: expect.any(Number),
      connect_failures: 0,
      auth_failures: 0,
      credential_refreshes: expect.any(Number),
    });
    expect(sum(body['items'] as Json[], 'acquires')).toBeGreaterThan(0);
    expect(sum(body['items'] as Json[], 'connects')).toBeGreaterThan(0);
    expect(sum(body['items'] as Json[], 'credential_refreshes')).toBe(1);
  });

  it('answer 503 with the reason while Postgres is away, and work when it is back', async () => {
    await stack.postgres.halt();
    const list = await app.ask('analyst', '/preferences');
    const health = await app.ask('analyst', '/lakebase/health');
    await stack.postgres.restart();

    expect(list).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE', retry_after: 5 } });
    expect(health).toMatchObject({
      status: 503,
      body: { error_code: 'DATABASE_UNAVAILABLE', technical_details: { status: 'unavailable', configured: true } },
    });
    expect((await app.ask('analyst', '/preferences')).status).toBe(200);
  });

  it.each(['before-sent', 'before-acknowledged'] as const)(
    'are stored exactly once when the line breaks at COMMIT, %s',
    async (moment) => {
      stack.databaseLine.cutAt(moment);

      expect(await app.put('analyst', 'theme', 'dark')).toMatchObject({ status: 200, body: { version: 1 } });
      expect((await app.ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 1 }] });

      stack.databaseLine.cutAt(moment);
      expect((await app.ask('analyst', '/preferences/theme', { method: 'DELETE' })).status).toBe(204);
    },
  );

  it('say that nobody knows whether they were stored, when nobody does', async () => {
    stack.databaseLine.cutAt('before-acknowledged');
    stack.databaseLine.failStatements({ statement: /pg_xact_status/, sqlState: '53100', times: 100 });

    const answer = await app.put('analyst', 'theme', 'dark');

    expect(answer).toMatchObject({
      status: 503,
      body: { error_code: 'DATABASE_UNAVAILABLE', technical_details: { outcome: 'unknown' } },
    });
    expect(answer.body['detail']).toContain('look before you repeat it');
  });

  it('say what to configure when there is no database', async () => {
    const without = await LakebaseApp.start(stack, { PGHOST: undefined });

    const answer = await without.ask('analyst', '/preferences');
    const health = await without.ask('analyst', '/lakebase/health');
    await without.stop();

    expect(answer.status).toBe(503);
    expect(answer.body['error_code']).toBe('LAKEBASE_NOT_CONFIGURED');
    expect(answer.body['technical_details']).toEqual({
      error_type: 'ConfigurationError',
      suggestion:
        'Configure Lakebase resource in databricks.yml or set PGHOST and LAKEBASE_DATABASE environment variables.',
    });
    expect(health.body['technical_details']).toMatchObject({ status: 'not_configured', configured: false });
  });
});

function sum(items: Json[], field: string): number {
  return items.reduce((total, item) => total + Number(item[field]), 0);
}
