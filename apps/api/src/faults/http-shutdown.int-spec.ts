import { Agent, request } from 'node:http';
import { LocalStack } from '@lakescope/server-testing';
import { ApiBundle, ApiProcess } from '../testing/api-process';

const CATALOGS = '/api/v1/unity-catalog/catalogs';

interface Asked {
  id: string;
  status: number | undefined;
  whole: boolean;
  connection?: string | undefined;
}

describe('the process', () => {
  let stack: LocalStack;
  let bundle: ApiBundle;
  let api: ApiProcess;
  let token: string;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([LocalStack.start(), ApiBundle.build()]);
    token = await stack.token('analyst');
  }, 60_000);

  afterEach(async () => {
    stack.workspace.faults.clear();
    await api.kill();
  });

  afterAll(async () => {
    await stack.stop();
    await bundle.remove();
  });

  it('says what it does while it starts, in its order, and nothing that is secret', async () => {
    api = ApiProcess.start(bundle, stack.environment());
    await api.says('Application startup complete');

    const order = [
      'Postgres environment',
      'Databricks environment',
      'HTTP listening',
      'Workspace token requested',
      'Database credential requested',
      'Connected',
      'Migrations applied',
      'Application startup complete',
    ].map((text) => api.log.findIndex(({ msg }) => String(msg).toLowerCase().includes(text.toLowerCase())));

    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((left, right) => left - right));
    const { DATABRICKS_CLIENT_SECRET, LAKESCOPE_SECRET } = stack.environment();
    for (const secret of [DATABRICKS_CLIENT_SECRET, LAKESCOPE_SECRET]) {
      expect(JSON.stringify(api.log)).not.toContain(secret);
    }
    expect(api.noise).toEqual([]);
  }, 60_000);

  it('loses no request it has accepted when it is told to stop under load', async () => {
    api = ApiProcess.start(bundle, stack.environment());
    const url = await api.url();
    await api.says('Application startup complete');
    stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog', delayMs: 200, status: undefined });

    const asked: Asked[] = [];
    let stopped = false;
    const people = Array.from({ length: 20 }, async (_, person) => {
      for (let count = 0; !stopped; count++) asked.push(await ask(url, `load.${person}.${count}`));
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    api.signal('SIGTERM');
    expect(await api.end()).toBe(0);
    stopped = true;
    await Promise.all(people);

    const accepted = new Set(api.log.filter(({ route }) => route === CATALOGS).map((line) => line['correlation_id']));
    const answered = asked.filter(({ whole }) => whole);
    expect(answered.length).toBeGreaterThan(20);
    expect(asked.filter(({ id, whole }) => !whole && accepted.has(id))).toEqual([]);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200]));
  }, 60_000);

  it('says that it is not ready any more, and answers a moment longer, each line for the last time', async () => {
    api = ApiProcess.start(bundle, stack.environment());
    const url = await api.url();
    await api.says('Application startup complete');
    const kept = new Agent({ keepAlive: true });
    const before = await ask(url, 'notice.1', kept);
    api.signal('SIGTERM');
    await api.says('Stopping on SIGTERM');
    const ready = await fetch(`${url}/ready`);
    const after = await ask(url, 'notice.2', kept);

    expect(before).toMatchObject({ status: 200, connection: 'keep-alive' });
    expect(ready.status).toBe(503);
    expect(after).toMatchObject({ status: 200, whole: true, connection: 'close' });
    expect(await api.end()).toBe(0);
    // Whoever asks four times a second whether it is ready fills no log.
    expect(api.log.filter(({ msg }) => String(msg).includes('/ready'))).toEqual([]);
    kept.destroy();
  }, 60_000);

  it('obeys the first signal only, and is gone in time when a request does not end', async () => {
    api = ApiProcess.start(bundle, stack.environment());
    const url = await api.url();
    await api.says('Application startup complete');
    stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog', delayMs: 12_500, status: undefined });
    const endless = ask(url, 'endless.1');
    await new Promise((resolve) => setTimeout(resolve, 200));

    const startedAt = performance.now();
    api.signal('SIGTERM');
    await api.says('Stopping on SIGTERM');
    for (const name of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
      api.signal(name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(await endless).toMatchObject({ whole: false });
    const words = api.log.map(({ msg }) => String(msg));
    expect(words.filter((text) => text.startsWith('Stopping on'))).toHaveLength(1);
    expect(words).toContain('Cutting requests that did not finish in time');
    expect(words.at(-1)).toBe('Stopped');
  }, 60_000);

  it('stops while it is still waiting for a database that is away', async () => {
    api = ApiProcess.start(bundle, stack.environment({ PGPORT: '1' }));
    const url = await api.url();
    const health = (await (await fetch(`${url}/health`)).json()) as { status: string; phase: string };
    const ready = await fetch(`${url}/ready`);
    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(health).toMatchObject({ status: 'ok', phase: expect.stringMatching(/starting|migrating/) as string });
    expect(ready.status).toBe(503);
    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(api.log.map(({ msg }) => msg)).not.toContain('Application startup complete');
  }, 60_000);

  it('ends with one sentence for people when its environment cannot be used', async () => {
    api = ApiProcess.start(
      bundle,
      stack.environment({ DATABRICKS_HOST: 'ftp://x', LAKESCOPE_REQUESTS_PER_SECOND: '0' }),
    );

    expect(await api.end()).toBe(1);
    const said = api.noise.join('\n');
    expect(said).toContain('DATABRICKS_HOST');
    expect(said).toContain('LAKESCOPE_REQUESTS_PER_SECOND');
    expect(said).not.toMatch(/\bat .*\.js:\d/);
  }, 60_000);

  /** By a connection of its own if not told otherwise, because a kept one may be closed just when it is used again. */
  function ask(url: string, id: string, agent: Agent | false = false): Promise<Asked> {
    return new Promise((resolve) => {
      const sent = request(
        `${url}${CATALOGS}`,
        { agent, headers: { 'X-Forwarded-Access-Token': token, 'X-Correlation-ID': id } },
        (answer) => {
          answer.resume();
          const { statusCode: status, headers } = answer;
          answer.on('close', () => resolve({ id, status, whole: answer.complete, connection: headers.connection }));
        },
      );
      sent.on('error', () => resolve({ id, status: undefined, whole: false }));
      sent.end();
    });
  }
});
