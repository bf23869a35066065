import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Replica, sql, type Json, type Persona } from './testing/given-queries';

const ORDERS = { catalog: 'shop', schema: 'sales', table: 'orders' };
const START_MS = 3_000;
/** A replica that loses its patience soon. */
const IMPATIENT = { abandonedMs: 1_000, pollNotedMs: 50, sweptEveryMs: 50 };

describe('a query that has to wait', () => {
  let stack: LocalStack;
  let one: Replica;
  let two: Replica;

  beforeAll(async () => {
    stack = await LocalStack.start({ warehouseStartMilliseconds: START_MS });
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: [] });
    await workspace.createSchema('shop', 'sales');
    await workspace.grant('CATALOG', 'shop', 'analysts', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT']);
    await sql(stack, 'CREATE TABLE shop.sales.orders (id INT)');
    [one, two] = await Promise.all([Replica.start(stack), Replica.start(stack)]);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await stack.stop();
  });

  it('starts a warehouse only for who says so, and tells any replica how it stands', async () => {
    await stopped();
    // What was seen of it a moment ago is not asked for again.
    await sleep(1_050);
    const refused = await one.ask('analyst', '/query', { method: 'POST', json: { ...ORDERS, start_warehouse: false } });
    expect(refused).toMatchObject({ status: 409, body: { error_code: 'WAREHOUSE_STOPPED' } });
    expect((await one.ask('analyst', '/warehouse')).body).toMatchObject({ configured: true, state: 'STOPPED' });

    const begun = await run(one);
    await sleep(1_100);
    const waiting = await two.ask('analyst', pathOf(begun));

    expect(waiting.body).toMatchObject({ status: 'PENDING', warehouse: { state: 'STARTING' }, rows: [] });
    expect((waiting.body['warehouse'] as Json)['elapsed_ms']).toBeGreaterThan(1_000);
    expect(await ended(two, begun)).toMatchObject({ status: 'SUCCEEDED', rows: [], row_count: 0, chunk_count: 0 });
    expect((await one.ask('analyst', pathOf(begun))).body).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is canceled on the warehouse by its owner alone, on any replica', async () => {
    await stopped();
    const begun = await run(one);
    expect((await two.ask('engineer', pathOf(begun), { method: 'DELETE' })).status).toBe(404);

    const canceled = await two.ask('analyst', pathOf(begun), { method: 'DELETE' });

    expect(canceled).toMatchObject({ status: 200, body: { status: 'CANCELED', error: null } });
    expect(await stateOnWarehouse(begun)).toBe('CANCELED');
    expect((await one.ask('analyst', pathOf(begun), { method: 'DELETE' })).body).toMatchObject({ status: 'CANCELED' });
  });

  it('is interrupted by who stops the warehouse', async () => {
    await stopped();
    const begun = await run(one);
    await sleep(100);
    await stopped();

    expect(await ended(two, begun)).toMatchObject({ status: 'INTERRUPTED', error: { error_code: 'INTERRUPTED' } });
  });

  it('is canceled when nobody asks about it, but not while somebody asks another replica', async () => {
    const [impatient, asked] = await Promise.all([Replica.start(stack, IMPATIENT), Replica.start(stack, IMPATIENT)]);
    await stopped();
    const watched = await run(impatient);
    for (let turn = 0; turn < 14; turn++) {
      await sleep(100);
      expect((await asked.ask('analyst', pathOf(watched))).body['status']).not.toBe('CANCELED');
    }
    await stopped();
    const left = await run(impatient);
    await until(async () => (await rowOf(left))['status'] === 'CANCELED');

    expect(await rowOf(left)).toMatchObject({ error: { error_code: 'ABANDONED' } });
    expect(await stateOnWarehouse(left)).toBe('CANCELED');
    await Promise.all([impatient.stop(), asked.stop()]);
  });

  it('and whose replica is gone is canceled with the next request of its owner', async () => {
    const [ending, next] = await Promise.all([Replica.start(stack, IMPATIENT), Replica.start(stack, IMPATIENT)]);
    await stopped();
    const left = await run(ending);
    await ending.stop();
    await sleep(IMPATIENT.abandonedMs + IMPATIENT.pollNotedMs);
    await next.ask('engineer', '/queries');
    expect(await rowOf(left)).toMatchObject({ status: 'PENDING' });

    const { body } = await next.ask('analyst', '/queries?limit=1');

    expect(body['items']).toMatchObject([{ query_id: left['query_id'], status: 'CANCELED', error_code: 'ABANDONED' }]);
    expect(await stateOnWarehouse(left)).toBe('CANCELED');
    await next.stop();
  });

  it('counts against what each person may have under way', async () => {
    await stopped();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        (at % 2 === 0 ? one : two).ask('analyst', '/query', { method: 'POST', json: ORDERS }),
      ),
    );

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.body).toMatchObject({ error_code: 'RATE_LIMITED', technical_details: { limit: 5 } });
    expect(refused[0]?.body['detail']).toContain('cancel one');
    expect((await one.ask('admin', '/query', { method: 'POST', json: ORDERS })).status).toBe(202);
    for (const { body } of answers.filter(({ status }) => status === 202)) {
      await one.ask('analyst', pathOf(body), { method: 'DELETE' });
    }
  });

  async function run(replica: Replica, persona: Persona = 'analyst'): Promise<Json> {
    const { status, body } = await replica.ask(persona, '/query', { method: 'POST', json: ORDERS });
    expect(status).toBe(202);
    return body;
  }

  async function stopped(): Promise<void> {
    const { workspace } = stack;
    const token = await stack.token('admin');
    await fetch(`${workspace.url}/api/2.0/sql/warehouses/${workspace.warehouseId}/stop`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    await until(async () => {
      const answer = await fetch(`${workspace.url}/api/2.0/sql/warehouses/${workspace.warehouseId}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return ((await answer.json()) as { state: string }).state === 'STOPPED';
    });
  }

  async function rowOf(query: Json): Promise<Json> {
    const rows = (await one
      .get(Database)
      .asSystem((tx) => tx.query('SELECT * FROM queries WHERE query_id = $1', [query['query_id']]))) as Json[];
    return rows[0] ?? {};
  }

  async function stateOnWarehouse(query: Json): Promise<string> {
    const { statement_id: id } = await rowOf(query);
    const answer = await fetch(`${stack.workspace.url}/api/2.0/sql/statements/${id as string}`, {
      headers: { authorization: `Bearer ${await stack.token('analyst')}` },
    });
    return ((await answer.json()) as { status: { state: string } }).status.state;
  }

  async function ended(replica: Replica, query: Json): Promise<Json> {
    let body: Json = {};
    await until(async () => {
      ({ body } = await replica.ask('analyst', pathOf(query)));
      return body['status'] !== 'PENDING' && body['status'] !== 'RUNNING';
    });
    return body;
  }
});

function pathOf(query: Json): string {
  return `/query/${query['query_id'] as string}`;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
