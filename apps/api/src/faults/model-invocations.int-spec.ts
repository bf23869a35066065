import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';

const INVOCATIONS = '/serving-endpoints/chat/invocations';
/** Longer than any test waits. */
const SLOW_MS = 120_000;
/** What a person may paste into a question, and what a model may say. */
const PLANTED = ['dapi0123456789abcdef0123456789abcdef', 'hunter2-of-the-question', 'hunter3-of-the-answer'];

interface Answer {
  status: number;
  text: string;
  json: Record<string, unknown>;
}

describe('an invocation that is answered later', () => {
  let stack: LocalStack;
  let bundle: ApiBundle;
  const running: ApiProcess[] = [];
  let token: string;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([
      LocalStack.start({ servingDeployMilliseconds: 1, servingTokenMilliseconds: 1 }),
      ApiBundle.build(),
    ]);
    token = await stack.token('analyst');
    await stack.workspace.createServingEndpoint(
      { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
      { CAN_QUERY: ['analyst'] },
    );
  }, 60_000);

  afterEach(async () => {
    stack.workspace.faults.clear();
    await Promise.all(running.splice(0).map((api) => api.kill()));
  });

  afterAll(async () => {
    await stack.stop();
    await bundle.remove();
  });

  it('ends INTERRUPTED when its replica is killed, which any other tells, and runs again there', async () => {
    const [killed, other] = [started(), started()];
    const requestId = await begun(await killed.url(), 'Who was killed?');
    await killed.kill();
    const before = await statusOf(requestId);
    // Nobody has been heard of for as long as it takes.
    await sql(`UPDATE lakescope.model_inference_logs SET seen_at = seen_at - interval '20 seconds'`);

    const url = await ready(other);
    const told = await ask(url, `/serving/invocations/${requestId}`);
    stack.workspace.faults.clear();
    const rerun = await ask(url, `/serving/logs/${requestId}/rerun`, {});

    expect(before).toBe('RUNNING');
    expect(told.json).toMatchObject({ status: 'INTERRUPTED', predictions: null, can_rerun: true });
    expect(String(told.json['error_message'])).toContain('Run it again');
    expect(rerun).toMatchObject({ status: 200, json: { status: 'SUCCESS' } });
    expect(rerun.text).toContain('Who was killed?');
  }, 60_000);

  it('ends INTERRUPTED when its replica is told to stop, which does not wait for the model', async () => {
    const api = started();
    const requestId = await begun(await api.url(), 'Who stops?');

    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(await statusOf(requestId)).toBe('INTERRUPTED');
    expect(api.noise).toEqual([]);
  }, 60_000);

  it('shows no word of what was asked or answered in the log, the audit log or a metric', async () => {
    const api = started();
    const url = await ready(api);
    const [secret, asked, answered] = PLANTED;
    const inputs = { messages: [{ role: 'user', content: `${secret} password=${asked}` }] };
    const fault = (status: number, body: unknown): void => {
      stack.workspace.faults.clear();
      stack.workspace.faults.add({ path: INVOCATIONS, status, body });
    };
    fault(200, { choices: [answered], echo: inputs });
    const ids = [String((await ask(url, '/serving/endpoints/chat/invocations', { inputs })).json['request_id'])];
    for (const async of [false, true]) {
      for (const status of [400, 500]) {
        fault(status, { error_code: 'BAD_REQUEST', message: `${answered} said to ${asked} of ${secret}` });
        const { json } = await ask(url, '/serving/endpoints/chat/invocations', { inputs, async, timeout_seconds: 1 });
        if (async) ids.push(await ended(url, String(json['request_id'])));
      }
    }
    // The database refuses the row, whatever is in it.
    await sql(
      `ALTER TABLE lakescope.model_inference_logs ADD CONSTRAINT nothing_fits CHECK (endpoint_name = '') NOT VALID`,
    );
    fault(200, { choices: [answered] });
    await ask(url, '/serving/endpoints/chat/invocations', { inputs });
    await api.says('Invocations for the history: 1 were lost');
    await sql('ALTER TABLE lakescope.model_inference_logs DROP CONSTRAINT nothing_fits');
    const kept = await ask(url, `/serving/logs/${ids[0]}`);
    api.signal('SIGTERM');
    await api.end();

    expect(ids).toHaveLength(3);
    expect(kept.text).toContain(asked);
    const log = [JSON.stringify(api.log), ...api.noise].join('\n');
    const rows = await sql(`SELECT t::text AS row FROM lakescope.audit_log t UNION ALL
      SELECT t::text FROM lakescope.performance_metrics t`);
    for (const planted of PLANTED) {
      expect(log).not.toContain(planted);
      expect(JSON.stringify(rows)).not.toContain(planted);
    }
  }, 60_000);

  function started(): ApiProcess {
    const api = ApiProcess.start(bundle, stack.environment());
    running.push(api);
    return api;
  }

  async function ready(api: ApiProcess): Promise<string> {
    const url = await api.url();
    while (!(await fetch(`${url}/ready`)).ok) await delay(50);
    return url;
  }

  /** One that waits for its model; answers its id. */
  async function begun(url: string, content: string): Promise<string> {
    while (!(await fetch(`${url}/ready`)).ok) await delay(50);
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
    const inputs = { messages: [{ role: 'user', content }] };
    const { status, json } = await ask(url, '/serving/endpoints/chat/invocations', { inputs, async: true });
    expect(status).toBe(202);
    const requestId = String(json['request_id']);
    while ((await statusOf(requestId)) !== 'RUNNING') await delay(20);
    return requestId;
  }

  async function ended(url: string, requestId: string): Promise<string> {
    while (['PENDING', 'RUNNING'].includes(await statusOf(requestId))) await delay(50);
    expect((await ask(url, `/serving/invocations/${requestId}`)).json['status']).toBe('ERROR');
    return requestId;
  }

  async function ask(url: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      headers: { 'X-Forwarded-Access-Token': token, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, text, json: JSON.parse(text) as Record<string, unknown> };
  }

  async function statusOf(requestId: string): Promise<string> {
    const [row] = await sql('SELECT status FROM lakescope.model_inference_logs WHERE request_id = $1', [requestId]);
    return String(row?.['status']);
  }

  /** Past every wall. */
  async function sql(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { host, port, superuser: user, password, database } = stack.postgres;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement, values)).rows;
    } finally {
      await client.end();
    }
  }
});
