import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres';
import { removePostgres } from './postgres-home';

describe('EmbeddedPostgres', () => {
  let top: string;
  let state: string;
  let server: EmbeddedPostgres | undefined;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'lakescope-postgres-'));
    chmodSync(top, 0o755);
    state = join(top, 'state');
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await removePostgres(state);
    rmSync(top, { recursive: true, force: true });
  });

  async function query(sql: string, on: EmbeddedPostgres): Promise<unknown> {
    const client = new Client({
      host: on.host,
      port: on.port,
      user: on.superuser,
      password: on.password,
      database: on.database,
    });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows[0] && Object.values(rows[0])[0];
    } finally {
      await client.end();
    }
  }

  it('keeps its data from one start to the next', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    await query('CREATE TABLE kept AS SELECT 42 AS answer', server);
    await server.stop();

    server = await EmbeddedPostgres.start({ stateDirectory: state });

    expect(await query('SELECT answer FROM kept', server)).toBe(42);
    expect(await query('SHOW server_version', server)).toMatch(/^17\./);
  });

  it('hides the superuser password from everybody else', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state, ephemeral: true });

    expect(statSync(join(state, 'postgres', 'superuser-password')).mode & 0o077).toBe(0);
    const guess = new Client({ host: server.host, port: server.port, user: server.superuser, password: 'postgres' });
    await expect(guess.connect()).rejects.toThrow('password authentication failed');
  });

  it('starts below a folder that only its owner may enter, and finds the same data there again', async () => {
    chmodSync(top, 0o700);
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    await query('CREATE TABLE kept AS SELECT 7 AS answer', server);
    await server.stop();

    server = await EmbeddedPostgres.start({ stateDirectory: state });

    expect(await query('SELECT answer FROM kept', server)).toBe(7);
  });

  it('brings its data along when the folder above is closed later', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    await query('CREATE TABLE kept AS SELECT 9 AS answer', server);
    await server.stop();
    chmodSync(top, 0o700);

    server = await EmbeddedPostgres.start({ stateDirectory: state });

    expect(await query('SELECT answer FROM kept', server)).toBe(9);
  });

  it('starts with empty data when the state folder was deleted, even if its data was staged elsewhere', async () => {
    chmodSync(top, 0o700);
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    await query('CREATE TABLE gone AS SELECT 7 AS answer', server);
    await server.stop();
    rmSync(state, { recursive: true });

    server = await EmbeddedPostgres.start({ stateDirectory: state });

    expect(await query("SELECT to_regclass('gone')", server)).toBeNull();
  });

  it('takes over from a server that a killed launcher left running', async () => {
    const left = await EmbeddedPostgres.start({ stateDirectory: state });
    server = await EmbeddedPostgres.start({ stateDirectory: state });

    expect(left.running).toBe(false);
    expect(await query('SELECT 1', server)).toBe(1);
  });

  it('reports an unexpected end and comes back on the same port', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    const ended = new Promise<string>((resolve) => server?.onExit(resolve));
    const pid = Number(
      await query("SELECT pg_read_file('postmaster.pid')", server).then((text) => String(text).split('\n')[0]),
    );
    process.kill(pid, 'SIGKILL');

    expect(await ended).toContain('SIGKILL');
    await server.restart();

    expect(await query('SELECT 1', server)).toBe(1);
  });

  it('runs Postgres 16 as well, and keeps the data of the two apart', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state, version: 16 });
    expect(await query('SHOW server_version', server)).toMatch(/^16\./);
    await server.stop();

    await expect(EmbeddedPostgres.start({ stateDirectory: state })).rejects.toThrow('made by Postgres 16');
  });

  it('loses nothing that was committed when an ephemeral server crashes', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state, ephemeral: true });
    await query('CREATE TABLE kept AS SELECT 5 AS answer', server);
    await server.crash();
    expect(server.running).toBe(false);
    await server.restart();

    expect(await query('SELECT answer FROM kept', server)).toBe(5);
  });

  it('names the folder and the way out when the data is from another major version', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state });
    await server.stop();
    const data = join(state, 'postgres', 'data');
    if (!existsSync(data)) throw new Error('the data is not where this test expects it');
    writeFileSync(join(data, 'PG_VERSION'), '15\n');

    await expect(EmbeddedPostgres.start({ stateDirectory: state })).rejects.toThrow(
      /made by Postgres 15, but this is Postgres 17\. Start with --reset/,
    );
  });

  it('starts over when an earlier first start was cut short', async () => {
    mkdirSync(join(state, 'postgres', 'data', 'base'), { recursive: true });

    server = await EmbeddedPostgres.start({ stateDirectory: state, ephemeral: true });

    expect(await query('SELECT 1', server)).toBe(1);
  });

  it('copies its data from a template, also when several start at once', async () => {
    const template = join(top, 'template');
    mkdirSync(template, { mode: 0o711 });
    const others = ['first', 'second'].map((name) => join(top, name));

    const servers = await Promise.all(
      others.map((stateDirectory) => EmbeddedPostgres.start({ stateDirectory, ephemeral: true, template })),
    );
    const [first, second] = servers;
    if (first === undefined || second === undefined) throw new Error('two were started');
    await query('CREATE TABLE own AS SELECT 1', first);

    expect(await query("SELECT to_regclass('own')", second)).toBeNull();
    expect(readdirSync(template).sort()).toEqual(['17', 'superuser-password']);
    const database = await query('SELECT oid FROM pg_database WHERE datname = current_database()', first);
    expect(existsSync(join(template, '17', 'base', String(database)))).toBe(true);
    await Promise.all(servers.map((each) => each.stop()));
    server = await EmbeddedPostgres.start({ stateDirectory: state, version: 16, template });
    expect(await query('SHOW server_version', server)).toMatch(/^16\./);
  });

  it('stops within seconds while a client is busy, and an ephemeral server leaves no data', async () => {
    server = await EmbeddedPostgres.start({ stateDirectory: state, ephemeral: true });
    const busy = query('SELECT pg_sleep(60)', server).catch((error: Error) => error.message);
    await delay(200);
    const from = Date.now();

    await server.stop();

    expect(Date.now() - from).toBeLessThan(4_000);
    expect(await busy).toMatch(/terminat/);
    expect(existsSync(join(state, 'postgres', 'data'))).toBe(false);
    expect(readFileSync(server.logFile, 'utf8')).toContain('database system is shut down');
  });
});
