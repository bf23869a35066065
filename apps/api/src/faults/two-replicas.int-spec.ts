import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { createSuite, S3Bucket } from '@lakescope/cda-synthetic';
import { LocalStack } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';
import { event } from '../testing/usage-events';

const BUCKET = 'lakescope-lake';
const TABLES = 3;
const FOLDERS = 8;
const ORDERS = { catalog: 'shop', schema: 'sales', table: 'orders' };
const CHAT = '/serving-endpoints/chat/invocations';
const PEOPLE = ['admin', 'engineer', 'analyst'] as const;

type Json = Record<string, unknown>;

interface Answer {
  status: number;
  json: Json;
}

/** Whatever answers: a process, or the door in front of both. */
type Ask = (method: string, path: string, json?: unknown) => Promise<Answer>;

describe('two replicas behind one door that belongs to neither', () => {
  let stack: LocalStack;
  let bundle: ApiBundle;
  let database: Client;
  let storage: S3Client;
  let token: string;
  let processes: ApiProcess[];
  let urls: string[];
  let door: string;
  let one: Ask;
  let two: Ask;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([
      LocalStack.start({
        warehouseStartMilliseconds: 0,
        servingDeployMilliseconds: 1,
        servingTokenMilliseconds: 1,
      }),
      ApiBundle.build(),
    ]);
    const thread = join(dirname(bundle.file), 'ingestion-thread.js');
    const entry = 'libs/server/jobs/src/engine/ingestion-thread.ts';
    await promisify(execFile)(process.execPath, ['apps/api/build-for-tests.mjs', thread, entry]);
    token = await stack.token('analyst');
    processes = [start(), start()];
    urls = await Promise.all(processes.map((api) => api.url()));
    await Promise.all(processes.map((api) => api.says('Application startup complete')));
    door = await stack.frontDoor(...urls);
    [one, two] = [0, 1].map(
      (index): Ask =>
        (...asked) =>
          ask(urls[index] ?? '', ...asked),
    ) as [Ask, Ask];
    const { port, superuser: user, password, database: name } = stack.postgres;
    database = new Client({ host: '127.0.0.1', port, user, password, database: name });
    await database.connect();
    await database.query('SET search_path = lakescope');
  }, 120_000);

  afterEach(() => {
    stack.workspace.faults.clear();
    stack.workspace.s3.faults.clear();
  });

  afterAll(async () => {
    await Promise.all(processes.map((api) => api.kill()));
    storage.destroy();
    await database.end();
    await stack.stop();
    await bundle.remove();
  });

  it('prepare an empty database once, although they start at once', () => {
    const applied = processes
      .flatMap(({ log }) => log.flatMap(({ msg }) => /^Migrations applied \((\d+)\)$/.exec(String(msg))?.[1] ?? []))
      .map(Number);

    expect(applied).toHaveLength(2);
    expect(Math.min(...applied)).toBe(0);
    expect(Math.max(...applied)).toBeGreaterThan(10);
  });

  it('go on with what the other has begun: queries, pages of lists, cancellations, models that are waited for', async () => {
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: ['analysts'] });
    await workspace.createSchema('shop', 'sales');
    await sql('CREATE TABLE shop.sales.orders (id BIGINT, name STRING)');
    await sql(`INSERT INTO shop.sales.orders VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
    await workspace.grant('TABLE', 'shop.sales.orders', 'analysts', ['SELECT']);

    const first = await one('POST', '/unity-catalog/query', ORDERS);
    const done = await until(two, `/unity-catalog/query/${idOf(first, 'query_id')}`, 'SUCCEEDED');
    const second = await two('POST', '/unity-catalog/query', ORDERS);
    await until(one, `/unity-catalog/query/${idOf(second, 'query_id')}`, 'SUCCEEDED');
    const page = await one('GET', '/unity-catalog/queries?limit=1');
    const next = await two('GET', `/unity-catalog/queries?limit=1&cursor=${String(page.json['next_cursor'])}`);
    workspace.faults.add({ pathPrefix: '/api/2.0/sql/statements', delayMs: 400, status: undefined, times: 1 });
    const third = await one('POST', '/unity-catalog/query', ORDERS);
    const canceled = await two('DELETE', `/unity-catalog/query/${idOf(third, 'query_id')}`);

    expect(done).toMatchObject({
      row_count: 3,
      rows: [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'c'],
      ],
    });
    expect([page, next].map(({ json }) => (json['items'] as Json[])[0]?.['query_id'])).toEqual([
      second.json['query_id'],
      first.json['query_id'],
    ]);
    expect(canceled).toMatchObject({ status: 200, json: { status: 'CANCELED' } });

    await workspace.createServingEndpoint(
      { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
      { CAN_QUERY: ['analyst'] },
    );
    workspace.faults.add({ path: CHAT, delayMs: 60_000 });
    const question = { inputs: { messages: [{ role: 'user', content: 'Who waits?' }] }, async: true };
    const asked = await one('POST', '/serving/endpoints/chat/invocations', question);
    const invocation = `/serving/invocations/${idOf(asked, 'request_id')}`;
    await until(two, invocation, 'RUNNING');
    const told = await two('POST', `${invocation}/cancel`);
    const after = await one('GET', invocation);

    expect(told.status).toBeLessThan(300);
    expect(after.json).toMatchObject({ status: 'CANCELED' });
  }, 60_000);

  it('work on each job once, and who follows it goes on at the other when one is told to stop', async () => {
    const { url: endpoint, region, rootKeys: credentials } = stack.workspace.s3;
    storage = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const step = { folders: FOLDERS, files: 2, rows: 1, even: true };
    await createSuite(new S3Bucket(storage, BUCKET, 'two/cda'), { seed: 7, tables: TABLES, step });
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = credentials;
    const keys = { name: 'Lake', endpoint, access_key_id, secret_access_key };
    const connection_id = idOf(await one('POST', '/s3/connections', keys), 'id');
    const source = { connection_id, manifest_uri: `s3://${BUCKET}/two/cda/manifest.json` };
    const begin = async (replica: Ask, place: string): Promise<string> => {
      const target = { connection_id, uri: `s3://${BUCKET}/two/${place}` };
      return idOf(await replica('POST', '/jobs', { source, target, parallel_tables: 2 }), 'job_id');
    };
    const both = await Promise.all([begin(one, 'a'), begin(two, 'b')]);
    for (const id of both) await until(two, `/jobs/${id}`, 'completed');
    for (const id of both) expect(await told(id)).toEqual(['pending', 'running', 'completed']);

    // A commit takes so long that there is a middle.
    stack.workspace.s3.faults.add({ delayMs: 40 });
    const jobId = await begin(one, 'c');
    const ends: string[] = [];
    const ids: string[] = [];
    /** One stream, from the last event on; how it ends is noted. */
    const follow = async (url: string): Promise<void> => {
      const headers = { 'X-Forwarded-Access-Token': token, 'Last-Event-ID': ids.at(-1) ?? '0' };
      const { body } = await fetch(`${url}/api/v1/jobs/${jobId}/events`, { headers });
      let text = '';
      try {
        for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += piece;
          const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
          text = text.slice(whole.length);
          ids.push(...[...whole.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id));
        }
        ends.push(text === '' ? 'between two events' : 'in an event');
      } catch (error) {
        ends.push(`cut: ${String(error)}`);
      }
    };
    const following = follow(urls[0] ?? '');
    while (ids.length < 3) await delay(20);
    processes[0]?.signal('SIGTERM');
    const toldAt = performance.now();
    await following;
    const endedAfter = performance.now() - toldAt;
    expect(await processes[0]?.end()).toBe(0);
    stack.workspace.s3.faults.clear();
    const rest = follow(urls[1] ?? '');
    // Whoever looks at the queue first goes on with it: a new process does so at once.
    await startAgain(0);
    await rest;
    while ((await two('GET', `/jobs/${jobId}`)).json['status'] !== 'completed') await follow(urls[1] ?? '');
    await follow(urls[1] ?? '');

    expect([...new Set(ends)]).toEqual(['between two events']);
    // Long before requests that do not end are cut.
    expect(endedAfter).toBeLessThan(4_000);
    const { rows } = await database.query<{ event_id: string }>(
      'SELECT event_id FROM ingestion_job_events WHERE job_id = $1 ORDER BY event_id',
      [jobId],
    );
    expect(ids).toEqual(rows.map(({ event_id }) => event_id));
    expect([(await told(jobId))[0], (await told(jobId)).at(-1)]).toEqual(['pending', 'completed']);
    expect((await two('GET', `/jobs/${jobId}`)).json).toMatchObject({
      failure: null,
      progress: { folders: { done: TABLES * FOLDERS } },
    });
  }, 240_000);

  it('lose no request while one after the other is restarted under load, and keep what each of them was told', async () => {
    const answers: { method: string; status: number }[] = [];
    let isOver = false;
    const before = Number((await database.query<{ n: string }>('SELECT count(*) AS n FROM usage_events')).rows[0]?.n);
    const people = Array.from({ length: 9 }, async (_, at) => {
      const persona = PEOPLE[at % PEOPLE.length] ?? 'admin';
      while (!isOver) {
        for (const [method, path] of [
          ['GET', '/user/me'],
          ['GET', '/preferences'],
          ['POST', '/metrics/usage-events'],
        ] as const) {
          const body = method === 'POST' ? { body: JSON.stringify({ events: [event()] }) } : {};
          const headers = { 'X-Local-Persona': persona, 'Content-Type': 'application/json' };
          const answer = await fetch(`${door}/api/v1${path}`, { method, headers, ...body }).catch(String);
          if (typeof answer !== 'string') await answer.arrayBuffer();
          answers.push({ method, status: typeof answer === 'string' ? 0 : answer.status });
        }
        // Nobody may tell of more than some hundreds of events in a minute.
        await delay(100);
      }
    });
    for (const index of [0, 1]) {
      processes[index]?.signal('SIGTERM');
      expect(await processes[index]?.end()).toBe(0);
      await startAgain(index);
      // The door has seen it by then.
      const soFar = answers.length;
      while (answers.length < soFar + 100) await delay(20);
    }
    isOver = true;
    await Promise.all(people);

    expect(answers.filter(({ status }) => status < 200 || status > 299)).toEqual([]);
    const posts = answers.filter(({ method }) => method === 'POST').length;
    const { rows } = await database.query<{ n: string }>('SELECT count(*) AS n FROM usage_events');
    expect(Number(rows[0]?.n) - before).toBe(posts);
    expect(posts).toBeGreaterThan(100);
    // Both have had their turns.
    for (const { log } of processes) {
      expect(log.filter(({ route }) => route === '/api/v1/user/me').length).toBeGreaterThan(10);
    }
  }, 120_000);

  function start(overrides: Record<string, string> = {}): ApiProcess {
    return ApiProcess.start(bundle, stack.environment({ LAKESCOPE_REQUESTS_PER_SECOND: '100000', ...overrides }));
  }

  async function startAgain(index: number): Promise<void> {
    const again = start({ DATABRICKS_APP_PORT: new URL(urls[index] ?? '').port });
    processes[index] = again;
    await again.says('Application startup complete');
  }

  async function ask(url: string, method: string, path: string, json?: unknown): Promise<Answer> {
    const headers = { 'X-Forwarded-Access-Token': token };
    const typed = { ...headers, 'Content-Type': 'application/json' };
    const init = json === undefined ? { headers } : { headers: typed, body: JSON.stringify(json) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, ...init });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  function idOf({ status, json }: Answer, name: string): string {
    if (status > 299) throw new Error(JSON.stringify(json));
    return String(json[name]);
  }

  async function until(replica: Ask, path: string, status: string): Promise<Json> {
    for (;;) {
      const { json } = await replica('GET', path);
      if (json['status'] === status) return json;
      if (['FAILED', 'failed', 'ERROR'].includes(String(json['status']))) throw new Error(JSON.stringify(json));
      await delay(20);
    }
  }

  async function told(jobId: string): Promise<string[]> {
    const { rows } = await database.query<{ status: string }>(
      `SELECT data ->> 'status' AS status FROM ingestion_job_events WHERE job_id = $1 AND event = 'status' ORDER BY event_id`,
      [jobId],
    );
    return rows.map(({ status }) => status);
  }

  /** On the warehouse itself, past the app. */
  async function sql(statement: string): Promise<void> {
    const answer = await fetch(`${stack.workspace.url}/api/2.0/sql/statements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await stack.token('admin')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ warehouse_id: stack.workspace.warehouseId, statement, wait_timeout: '50s' }),
    });
    const { status } = (await answer.json()) as { status?: { state: string } };
    if (status?.state !== 'SUCCEEDED') throw new Error(`${statement}: ${JSON.stringify(status)}`);
  }
});
