import { setTimeout as delay } from 'node:timers/promises';
import { GivenLakebase } from '../testing/given-lakebase';

describe('the faults of the gateway', () => {
  let lakebase: GivenLakebase;

  beforeAll(async () => {
    lakebase = await GivenLakebase.start();
  });

  afterEach(async () => {
    await lakebase.gateway.faults.heal();
    await lakebase.endClients();
  });

  afterAll(() => lakebase.stop());

  it('refuse: new connections find nobody, open sessions go on, and the port is the same afterwards', async () => {
    const session = await lakebase.logInAs('admin');
    const { port } = lakebase.gateway;
    lakebase.gateway.faults.refuse();

    await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(lakebase.gateway.faults.list()).toEqual([{ kind: 'refuse', hits: 0 }]);
    await lakebase.gateway.faults.heal();

    expect(lakebase.gateway.port).toBe(port);
    await expect(lakebase.logInAs('admin')).resolves.toBeDefined();
  });

  it('reset: every session breaks off, and the next login works', async () => {
    const session = await lakebase.logInAs('admin');
    const broken = expect(session.query('SELECT pg_sleep(20)')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await delay(50);

    expect(lakebase.gateway.faults.reset()).toBe(1);

    await broken;
    await expect(lakebase.logInAs('admin')).resolves.toBeDefined();
  });

  it('kill sessions: every session is told in the server’s own words', async () => {
    const session = await lakebase.logInAs('admin');
    const told = expect(session.query('SELECT pg_sleep(20)')).rejects.toMatchObject({ code: '57P01' });
    await delay(50);

    expect(await lakebase.gateway.faults.killSessions()).toBeGreaterThanOrEqual(1);

    await told;
    await expect(lakebase.logInAs('admin')).resolves.toBeDefined();
  });

  it('stall: neither sessions nor logins hear anything, and all go on afterwards', async () => {
    const session = await lakebase.logInAs('admin');
    lakebase.gateway.faults.stall();
    const heard: string[] = [];
    const answer = session.query("SELECT repeat('x', 1000000) AS text").then(({ rows }) => {
      heard.push('answer');
      return rows as { text: string }[];
    });
    const login = lakebase.logInAs('engineer').then(() => heard.push('login'));
    await delay(200);
    expect(heard).toEqual([]);

    await lakebase.gateway.faults.heal();

    expect((await answer)[0]?.text).toHaveLength(1_000_000);
    await login;
  });

  it('reject credentials: as many logins as planned fail although the credential is good', async () => {
    lakebase.gateway.faults.rejectCredentials(1);

    await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: '28P01', severity: 'FATAL' });
    await expect(lakebase.logInAs('admin')).resolves.toBeDefined();
    expect(lakebase.gateway.faults.list()).toEqual([]);
  });

  it('refuse logins: with the reason that is planned', async () => {
    lakebase.gateway.faults.refuseLogins('53300');

    await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: '53300' });
    await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: '53300' });
    expect(lakebase.gateway.faults.list()).toEqual([{ kind: 'refuse-logins', sqlState: '53300', hits: 2 }]);
  });

  it('delay: open sessions become slow, and quick again without losing a byte', async () => {
    const session = await lakebase.logInAs('admin');
    lakebase.gateway.faults.delay(60);
    const from = Date.now();
    await session.query('SELECT 1');
    const slow = Date.now() - from;
    await lakebase.gateway.faults.heal();
    const { rows } = await session.query<{ text: string }>("SELECT repeat('x', 1000000) AS text");

    expect(slow).toBeGreaterThanOrEqual(115);
    expect(rows[0]?.text).toHaveLength(1_000_000);
  });
});
