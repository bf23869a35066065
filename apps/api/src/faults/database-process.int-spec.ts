import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';

const CATALOGS = '/api/v1/unity-catalog/catalogs';
const PREFERENCES = '/api/v1/preferences';
const HEALTH = '/api/v1/lakebase/health';

interface Answer {
  status: number;
  json: Record<string, unknown>;
}

describe('the process and its database', () => {
  let stack: LocalStack;
  let bundle: ApiBundle;
  let api: ApiProcess;
  let token: string;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([LocalStack.start({ faultProxies: true }), ApiBundle.build()]);
    token = await stack.token('analyst');
  }, 60_000);

  afterEach(async () => {
    await stack.network.heal();
    await api.kill();
  });

  afterAll(async () => {
    await stack.stop();
    await bundle.remove();
  });

  it('finishes transactions that are under way when it is told to stop', async () => {
    const url = await started();
    const holder = await superuser();
    await holder.query('BEGIN; LOCK TABLE lakescope.user_preferences');
    const writes = ['dark', 'light'].map((value) => put(url, value));
    await delay(300);

    api.signal('SIGTERM');
    await api.says('Stopping on SIGTERM');
    await delay(300);
    await holder.query('ROLLBACK');
    await holder.end();

    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await api.end()).toBe(0);
    expect(api.log.at(-1)).toMatchObject({ msg: 'Stopped' });
  }, 60_000);

  it('ends in time although its transactions hang on a dead line', async () => {
    const url = await started();
    await Promise.all(['dark', 'light'].map((value) => put(url, value)));
    const holder = await superuser();
    await holder.query('BEGIN; LOCK TABLE lakescope.user_preferences');
    const writes = ['dark', 'light', 'system'].map((value) => put(url, value).catch(() => undefined));
    await delay(300);
    stack.network.blackHole();

    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(api.noise).toEqual([]);
    await holder.end();
    await Promise.all(writes);
  }, 60_000);

  it('ends in time when the database is away', async () => {
    const url = await started();
    await put(url, 'dark');
    stack.network.reset();
    stack.network.refuse();
    expect((await put(url, 'light')).status).toBe(503);

    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
  }, 60_000);

  it('lives through crashes of the database under load, and answers again when it is back', async () => {
    const url = await started();
    const statuses: number[] = [];
    let going = true;
    const people = Array.from({ length: 6 }, async (_, person) => {
      for (; going; await delay(5)) statuses.push((await put(url, person % 2 === 0 ? 'dark' : 'light')).status);
    });

    for (let crash = 0; crash < 3; crash++) {
      await delay(200);
      await stack.postgres.crash();
      await delay(200);
      expect((await ask(url, CATALOGS)).status).toBe(200);
      await stack.postgres.restart();
      const before = statuses.length;
      await until(() => statuses.slice(before).includes(200));
    }
    going = false;
    await Promise.all(people);

    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(api.noise).toEqual([]);
    expect(api.log.filter(({ msg }) => /uncaught|nobody cared/i.test(String(msg)))).toEqual([]);
    expect((await ask(url, HEALTH)).status).toBe(200);
  }, 60_000);

  it('works without a database, and says so in one line', async () => {
    const url = await started({ PGHOST: undefined, PGDATABASE: undefined });

    expect((await ask(url, CATALOGS)).status).toBe(200);
    expect((await ask(url, '/ready')).status).toBe(200);
    expect(await ask(url, HEALTH)).toMatchObject({ status: 503, json: { error_code: 'LAKEBASE_NOT_CONFIGURED' } });
    expect(await put(url, 'dark')).toMatchObject({ status: 503, json: { error_code: 'LAKEBASE_NOT_CONFIGURED' } });
    expect(api.log.filter(({ msg }) => String(msg).includes('Lakebase is not configured'))).toHaveLength(1);
  }, 60_000);

  it.each([
    ['does not exist', { PGDATABASE: 'nowhere' }, 'the database does not exist'],
    ['is not there', { PGPORT: '1' }, 'the server refuses connections'],
  ])(
    'works while the database %s, says why in one line, and goes on trying',
    async (_, env, reason) => {
      api = ApiProcess.start(bundle, stack.environment(env));
      const url = await api.url();
      await api.says(reason);
      await delay(1_500);

      expect((await ask(url, CATALOGS)).status).toBe(200);
      expect(await ask(url, '/ready')).toMatchObject({ status: 503 });
      expect(await put(url, 'dark')).toMatchObject({ status: 503, json: { error_code: 'DATABASE_UNAVAILABLE' } });
      expect(
        api.log.filter(({ level, msg }) => String(msg).includes('The database is not ready') && level !== 'debug'),
      ).toHaveLength(1);
    },
    60_000,
  );

  it('ends with one clear line when the schema is newer than it is', async () => {
    const client = await superuser();
    await client.query(
      `INSERT INTO lakescope.schema_migrations (timestamp, name) VALUES (9999999999999, 'FromTomorrow9999999999999')`,
    );
    api = ApiProcess.start(bundle, stack.environment());

    expect(await api.end()).toBe(1);
    await client.query(`DELETE FROM lakescope.schema_migrations WHERE name LIKE 'FromTomorrow%'`);
    await client.end();
    expect(api.noise).toEqual([expect.stringMatching(/^The database schema is newer than this app.*FromTomorrow/)]);
  }, 60_000);

  async function started(env: Record<string, string | undefined> = {}): Promise<string> {
    api = ApiProcess.start(bundle, stack.environment(env));
    const url = await api.url();
    await api.says('Application startup complete');
    return url;
  }

  async function ask(url: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(url + path, {
      ...init,
      headers: { 'X-Forwarded-Access-Token': token, 'Content-Type': 'application/json' },
    });
    return { status: response.status, json: (await response.json()) as Answer['json'] };
  }

  function put(url: string, preference_value: string): Promise<Answer> {
    return ask(url, PREFERENCES, {
      method: 'PUT',
      body: JSON.stringify({ preference_key: 'theme', preference_value }),
    });
  }

  async function superuser(): Promise<Client> {
    const { host, port, superuser: user, password, database } = stack.postgres;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    return client;
  }
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('It did not happen in time');
    await delay(10);
  }
}
