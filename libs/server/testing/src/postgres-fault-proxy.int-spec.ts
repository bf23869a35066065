import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { LocalStack } from './local-stack';
import { withSeed } from './seeded-random';

type Code = { code?: string };

// What a client sees of a line that is gone, by FIN or by RST.
const gone = /terminated unexpectedly|ECONNRESET|Connection terminated/;

describe('the fault proxy', () => {
  let stack: LocalStack;
  const clients = new Set<Client>();

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true });
    const client = await connect();
    await client.query('CREATE SCHEMA faults; CREATE TABLE faults.rows (id text PRIMARY KEY)');
  });

  afterEach(async () => {
    await stack.network.heal();
    await stack.databaseLine.heal();
    await Promise.all([...clients].map((client) => client.end().catch(() => undefined)));
    clients.clear();
  });

  afterAll(() => stack.stop());

  async function credential(): Promise<string> {
    const { workspace } = stack;
    const response = await fetch(`${workspace.url}/api/2.0/database/credentials`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${workspace.personas.engineer.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ instance_names: [workspace.databaseInstance.name], request_id: 'faults' }),
    });
    return ((await response.json()) as { token: string }).token;
  }

  /** As the server connects: TLS, verified, through both proxies. */
  async function connect(): Promise<Client> {
    const client = new Client({
      host: '127.0.0.1',
      port: stack.network.port,
      user: stack.workspace.personas.engineer.userName,
      password: await credential(),
      database: stack.postgres.database,
      ssl: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    clients.add(client);
    return client;
  }

  async function commitRow(client: Client, id: string): Promise<void> {
    await client.query('BEGIN');
    await client.query('INSERT INTO faults.rows VALUES ($1)', [id]);
    await client.query('COMMIT');
  }

  async function isThere(id: string): Promise<boolean> {
    const client = await connect();
    return (await client.query('SELECT 1 FROM faults.rows WHERE id = $1', [id])).rows.length === 1;
  }

  it('lets everything through while nothing is planned, verified TLS included', async () => {
    const client = await connect();
    const { rows } = await client.query<{ length: number }>("SELECT length(repeat('x', 3000000)) AS length");

    expect(rows).toEqual([{ length: 3_000_000 }]);
    expect((await client.query<{ text: string }>("SELECT repeat('y', 3000000) AS text")).rows[0]?.text).toHaveLength(
      3_000_000,
    );
  });

  it('makes the line slow: latency and rate', async () => {
    const client = await connect();
    stack.network.slow({ roundTripMilliseconds: 120 });
    const from = Date.now();
    await client.query('SELECT 1');
    const latency = Date.now() - from;
    stack.network.slow({ bytesPerSecond: 100_000 });
    await client.query("SELECT repeat('y', 30000)");

    expect(latency).toBeGreaterThanOrEqual(115);
    expect(Date.now() - from - latency).toBeGreaterThanOrEqual(250);
  });

  it('falls silent without a word, and hands on what waited once it is healed', async () => {
    const client = await connect();
    stack.network.blackHole();
    let answered = false;
    const answer = client.query('SELECT 1 AS one').finally(() => (answered = true));
    await delay(150);
    expect(answered).toBe(false);

    await stack.network.heal();

    expect((await answer).rows).toEqual([{ one: 1 }]);
  });

  it('refuses new connections and leaves open ones alone', async () => {
    const client = await connect();
    stack.network.refuse();

    await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await stack.network.heal();

    await expect(connect()).resolves.toBeDefined();
  });

  it.each(['reset', 'endSessions'] as const)('ends every session by %s', async (how) => {
    const [one, other] = [await connect(), await connect()];
    stack.network[how]();

    await expect(one.query('SELECT 1')).rejects.toThrow(/not queryable|terminated|ECONNRESET|EPIPE|closed/);
    await expect(other.query('SELECT 1')).rejects.toThrow(/not queryable|terminated|ECONNRESET|EPIPE|closed/);
    await expect(connect()).resolves.toBeDefined();
  });

  it('leaves a client with half a connection, which it finds out when it speaks', async () => {
    const client = await connect();
    let ended = false;
    client.once('end', () => (ended = true));
    stack.network.halfOpen();
    await delay(100);
    expect(ended).toBe(false);

    await expect(client.query('SELECT 1')).rejects.toThrow(gone);
  });

  it.each([
    ['before-sent', false],
    ['after-sent', true],
    ['before-acknowledged', true],
  ] as const)('breaks the line at COMMIT, %s: the client cannot know', async (moment, stored) => {
    const client = await connect();
    stack.databaseLine.cutAt(moment);

    await expect(commitRow(client, moment)).rejects.toThrow(gone);

    expect(stack.databaseLine.cuts).toBeGreaterThan(0);
    // After it was only sent the server may still be at it.
    for (let attempt = 0; stored && !(await isThere(moment)) && attempt < 50; attempt++) await delay(20);
    expect(await isThere(moment)).toBe(stored);
  });

  it('breaks the line right after a COMMIT was acknowledged', async () => {
    const client = await connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    stack.databaseLine.cutAt('after-acknowledged');

    await commitRow(client, 'acknowledged');

    await ended;
    expect(await isThere('acknowledged')).toBe(true);
  });

  it.each([
    ['a simple statement', (client: Client) => client.query("INSERT INTO faults.rows VALUES ('full')")],
    ['a prepared one', (client: Client) => client.query('INSERT INTO faults.rows VALUES ($1)', ['full'])],
  ])('makes %s fail as the server itself would', async (_, insert) => {
    const client = await connect();
    stack.databaseLine.failStatements({
      statement: /^INSERT/,
      sqlState: '53100',
      message: "could not extend file 'x'",
    });
    await client.query('BEGIN');

    await expect(insert(client)).rejects.toMatchObject({ code: '53100', message: "could not extend file 'x'" });

    // The transaction is broken for the server too.
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK');
    await expect(insert(client)).resolves.toBeDefined();
    await client.query('DELETE FROM faults.rows');
  });

  it('does not pretend to see statements on an encrypted line', async () => {
    await connect();

    expect(() => stack.network.cutAt('before-sent')).toThrow('encrypted');
  });

  it('cuts at any byte, and never takes back what it acknowledged or shows half a transaction', async () => {
    await withSeed(async (random) => {
      const acknowledged: string[] = [];
      let failed = 0;
      let client = await connect();
      const before = stack.network.cuts;
      stack.network.cutRandomly(0.05);
      for (let number = 0; number < 150; number++) {
        const id = `${random.seed}-${number}`;
        try {
          await commitRow(client, id);
          acknowledged.push(id);
        } catch (error) {
          expect((error as Code).code ?? (error as Error).message).toMatch(/ECONNRESET|EPIPE|terminated|not queryable/);
          failed += 1;
          stack.network.cutRandomly(0);
          client = await connect();
          stack.network.cutRandomly(0.05);
        }
      }
      stack.network.cutRandomly(0);

      const { rows } = await (
        await connect()
      ).query<{ id: string }>('SELECT id FROM faults.rows WHERE id LIKE $1', [`${random.seed}-%`]);
      const stored = new Set(rows.map(({ id }) => id));
      expect(stack.network.cuts - before).toBeGreaterThan(0);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
      expect(stored.size).toBeLessThanOrEqual(acknowledged.length + failed);
    }, stack.network.random);
  });

  it('a crash of the server loses nothing that was committed', async () => {
    const client = await connect();
    await commitRow(client, 'durable');
    await stack.postgres.crash();
    await stack.postgres.restart();

    expect(await isThere('durable')).toBe(true);
  });
});
