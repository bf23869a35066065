import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { LocalCa } from '../local-ca/local-ca';
import { EmbeddedPostgres } from '../postgres/embedded-postgres';
import { templateOfTestRun } from '../postgres/template-of-test-run';
import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import { startLakebaseGateway, type LakebaseGateway } from './lakebase-gateway';
import { requestCode } from './postgres-messages';

// Long enough for a login on a busy machine, short enough to wait for its end.
const credentialSeconds = 4;

describe('the Lakebase gateway', () => {
  let state: string;
  let postgres: EmbeddedPostgres;
  let workspace: LocalWorkspace;
  let gateway: LakebaseGateway;
  let ca: LocalCa;
  const clients = new Set<Client>();

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'lakescope-gateway-'));
    postgres = await EmbeddedPostgres.start({ stateDirectory: state, ephemeral: true, template: templateOfTestRun() });
    workspace = await startWorkspace({
      stateDirectory: state,
      port: 0,
      databaseCredentialLifetimeSeconds: credentialSeconds,
    });
    ca = await LocalCa.load(state);
    gateway = await startLakebaseGateway({ port: 0, workspace, postgres, ca, loginTimeoutMilliseconds: 1_000 });
  });

  afterEach(async () => {
    await Promise.all([...clients].map((client) => client.end()));
  });

  afterAll(async () => {
    await gateway.close();
    await workspace.close();
    await postgres.stop();
    rmSync(state, { recursive: true, force: true });
  });

  /** The database password as every client gets it: from the workspace, for a token of its own. */
  async function credential(token: string): Promise<string> {
    const response = await fetch(`${workspace.url}/api/2.0/database/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ instance_names: [workspace.databaseInstance.name], request_id: randomUUID() }),
    });
    return ((await response.json()) as { token: string }).token;
  }

  async function logIn(user: string, password: string, overrides: ClientConfig = {}): Promise<Client> {
    const client = new Client({
      host: 'localhost',
      port: gateway.port,
      user,
      password,
      database: postgres.database,
      ssl: { ca: readFileSync(ca.caFile) },
      ...overrides,
    });
    client.on('error', () => undefined);
    await client.connect();
    clients.add(client);
    // A connection that is gone never answers a goodbye.
    client.once('end', () => clients.delete(client));
    return client;
  }

  async function logInAs(persona: PersonaName, overrides?: ClientConfig): Promise<Client> {
    const { userName, token } = workspace.personas[persona];
    return logIn(userName, await credential(token), overrides);
  }

  it('lets an identity in by its database credential, as a role with no special rights', async () => {
    const client = await logInAs('engineer');

    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              has_database_privilege(current_database(), 'CONNECT, CREATE') AS may_create
         FROM pg_roles WHERE rolname = session_user`,
    );

    expect(rows).toEqual([
      {
        rolname: workspace.personas.engineer.userName,
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        may_create: true,
      },
    ]);
  });

  it('holds a role to its own schemas, as the platform does', async () => {
    const engineer = await logInAs('engineer');
    await engineer.query('CREATE SCHEMA engineers_own; CREATE TABLE engineers_own.notes (text text)');
    const analyst = await logInAs('analyst');

    await expect(analyst.query('SELECT * FROM engineers_own.notes')).rejects.toThrow('permission denied for schema');
    await expect(analyst.query('CREATE TABLE public.mine (text text)')).rejects.toThrow('permission denied for schema');
  });

  it('refuses a credential for somebody else', async () => {
    const password = await credential(workspace.personas.analyst.token);

    await expect(logIn(workspace.personas.admin.userName, password)).rejects.toMatchObject({
      code: '28P01',
      severity: 'FATAL',
    });
  });

  it.each([
    ['a personal access token', () => workspace.personas.admin.token],
    ['the superuser password', () => postgres.password],
    ['nothing', () => ''],
  ])('refuses %s as password', async (_, password) => {
    await expect(logIn(workspace.personas.admin.userName, password())).rejects.toMatchObject({ code: '28P01' });
  });

  it('refuses an access token of the REST API as password', async () => {
    const { token } = await workspace.issueUserToken('admin', ['postgres']);

    await expect(logIn(workspace.personas.admin.userName, token)).rejects.toMatchObject({
      code: '28P01',
      detail: expect.stringContaining('not a database credential') as string,
    });
  });

  it('refuses a credential whose claims were changed', async () => {
    const password = await credential(workspace.personas.analyst.token);
    const [head, body = '', signature] = password.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: workspace.personas.admin.userName })).toString(
      'base64url',
    );

    await expect(logIn(workspace.personas.admin.userName, `${head}.${forged}.${signature}`)).rejects.toMatchObject({
      code: '28P01',
    });
  });

  it('looks at the credential at login only: an open session outlives it, a new one is refused', async () => {
    const password = await credential(workspace.personas.admin.token);
    const session = await logIn(workspace.personas.admin.userName, password);
    await delay(credentialSeconds * 1_000 + 1_200);

    expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await expect(logIn(workspace.personas.admin.userName, password)).rejects.toMatchObject({ code: '28P01' });
  });

  it('refuses to talk without TLS', async () => {
    await expect(logInAs('admin', { ssl: false })).rejects.toMatchObject({ code: '28000' });
  });

  it('cannot be verified without the local authority', async () => {
    await expect(logInAs('admin', { ssl: true })).rejects.toThrow(/certificate/);
  });

  it('sets a role up again that changed the password the gateway knows', async () => {
    const session = await logInAs('admin');
    await session.query(`ALTER ROLE ${session.escapeIdentifier(workspace.personas.admin.userName)} PASSWORD 'mine'`);

    await expect(logInAs('admin')).resolves.toBeDefined();
  });

  it('hands on what the server says about an unknown database', async () => {
    await expect(logInAs('admin', { database: 'nowhere' })).rejects.toMatchObject({ code: '3D000' });
  });

  it('forwards a cancel request to the session it names', async () => {
    const session = await logInAs('admin');
    const { processID, secretKey } = session as Client & { processID: number; secretKey: number };
    const sleeping = session.query('SELECT pg_sleep(20)');
    const outcome = expect(sleeping).rejects.toMatchObject({ code: '57014' });
    await delay(100);
    const request = Buffer.alloc(16);
    [16, requestCode.cancel, processID, secretKey].forEach((value, at) => request.writeInt32BE(value, at * 4));

    connect(gateway.port, '127.0.0.1').end(request);

    await outcome;
  });

  it('ends the server session of a client that vanishes', async () => {
    const client = await logInAs('analyst', { application_name: 'vanishing' });
    const stream = (client as Client & { connection: { stream: Socket } }).connection.stream;
    stream.destroy();

    const watcher = await logInAs('engineer');
    for (let attempt = 0; ; attempt++) {
      const { rows } = await watcher.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'vanishing'");
      if (rows.length === 0) break;
      expect(attempt).toBeLessThan(50);
      await delay(20);
    }
  });

  it.each([
    ['says nothing', Buffer.alloc(0)],
    ['stops after half a packet', Buffer.from([0, 0, 0, 50, 0])],
    ['starts TLS and never finishes', sslRequest()],
  ])('lets go of a client that %s', async (_, bytes) => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(bytes);

    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('survives garbage', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));

    await expect(logInAs('admin')).resolves.toBeDefined();
  });

  it('takes no word that was sent in the clear for an encrypted one', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer: Buffer[] = [];
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => answer.push(chunk));
    socket.write(Buffer.concat([sslRequest(), Buffer.from('smuggled')]));
    await new Promise((resolve) => socket.once('close', resolve));

    expect(Buffer.concat(answer).toString()).toContain('received unencrypted data after SSL request');
  });

  it('says that the database is away while it is, and goes on once it is back', async () => {
    const session = await logInAs('admin');
    const ended = new Promise((resolve) => session.once('end', resolve));
    await postgres.halt();
    await ended;

    await expect(logInAs('admin')).rejects.toMatchObject({ code: '57P03', severity: 'FATAL' });
    await postgres.restart();

    await expect(logInAs('admin')).resolves.toBeDefined();
  });
});

function sslRequest(): Buffer {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(requestCode.ssl, 4);
  return request;
}
