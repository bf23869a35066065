import { AuditEntry } from '@lakescope/server-audit';
import { Database } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { Client } from 'pg';
import { Replicas } from './replicas';
import { startAdminApp } from './testing/start-admin-app';

type Json = Record<string, unknown>;
type Answer = { status: number; body: Json };

const CREDENTIALS = '/api/2.0/database/credentials';

describe('the admin API', () => {
  let stack: LocalStack;
  let app: HttpApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await startAdminApp(stack);
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  describe('overview', () => {
    it('tells versions, replica, database, pool and credential', async () => {
      const { status, body } = await overview();

      expect(status).toBe(200);
      expect(body).toEqual({
        version: '1.2.3',
        node_version: process.versions.node,
        phase: 'ready',
        started_at: expect.stringMatching(/Z$/),
        uptime_seconds: expect.any(Number),
        replicas: [
          {
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            version: '1.2.3',
            started_at: body['started_at'],
            last_seen_at: expect.stringMatching(/Z$/),
            is_this_one: true,
          },
        ],
        database: {
          status: 'ok',
          server_version: expect.stringMatching(/^17\./),
          schema_version: migrations.at(-1)?.name,
          latency_ms: expect.any(Number),
        },
        pool: { total: expect.any(Number), idle: expect.any(Number), waiting: 0, max: 20 },
        credential: {
          kind: 'provisioned',
          expires_at: expect.stringMatching(/Z$/),
          refreshed_at: expect.stringMatching(/Z$/),
          next_refresh_at: expect.stringMatching(/Z$/),
        },
        metrics: {
          state: 'ok',
          in_ring: expect.any(Number),
          ring_capacity: 262_144,
          observed: expect.any(Number),
          written: expect.any(Number),
          overflow: 0,
          dropped_by_reason: {},
          last_flush_at: null,
          last_roll_up_at: null,
          oldest_dirty_at: null,
        },
      });
      expect(JSON.stringify(body)).not.toMatch(/eyJ/);
    });

    it('knows the other replicas, and forgets those not seen for an hour', async () => {
      const other = await startAdminApp(stack);
      await overview(other);
      const together = replicasOf(await overview());
      await other.stop();
      await asSystem(`UPDATE replicas SET last_seen_at = now() - interval '61 minutes' WHERE id = $1`, idOf(other));
      const later = replicasOf(await overview());

      expect(together.map(({ id }) => id).sort()).toEqual([idOf(app), idOf(other)].sort());
      expect(together.filter((replica) => replica['is_this_one']).map(({ id }) => id)).toEqual([idOf(app)]);
      expect(later.map(({ id }) => id)).toEqual([idOf(app)]);
      expect(await asSystem('SELECT id FROM replicas')).toHaveLength(1);
    });

    it('leaves a sign of life once a minute at most, and only while a connection is open for other work', async () => {
      const replicas = app.nest.get(Replicas, { strict: false });
      const longAgo = (): Promise<unknown> =>
        asSystem(`UPDATE replicas SET last_seen_at = now() - interval '10 minutes' WHERE id = $1`, idOf(app));
      await overview();

      await longAgo();
      await replicas.look(1_000_000);
      expect(await secondsUnseen()).toBeLessThan(60);
      await longAgo();
      await replicas.look(1_059_999);
      expect(await secondsUnseen()).toBeGreaterThan(500);
      await replicas.look(1_060_000);
      expect(await secondsUnseen()).toBeLessThan(60);

      await longAgo();
      await closeAllConnections();
      await replicas.look(2_000_000);
      expect(app.nest.get(Database).poolUse.total).toBe(0);
      expect(await secondsUnseen()).toBeGreaterThan(500);
    });

    it('is given while the database is away', async () => {
      await stack.postgres.halt();
      const { status, body } = await overview();
      await stack.postgres.restart();

      expect(status).toBe(200);
      expect(body['database']).toMatchObject({ status: 'unavailable', server_version: null, latency_ms: null });
      expect(body['replicas']).toMatchObject([{ id: idOf(app), is_this_one: true }]);
      expect((await overview()).body['database']).toMatchObject({ status: 'ok' });
    });

    it('is given when there is no database', async () => {
      const without = await startAdminApp(stack, { env: { PGHOST: undefined } });
      const { status, body } = await overview(without);
      await without.stop();

      expect(status).toBe(200);
      expect(body['database']).toEqual({
        status: 'not_configured',
        server_version: null,
        schema_version: null,
        latency_ms: null,
      });
      expect(body['replicas']).toMatchObject([{ is_this_one: true }]);
      expect(body['credential']).toEqual({ kind: null, expires_at: null, refreshed_at: null, next_refresh_at: null });
    });
  });

  describe('rotation of the credential', () => {
    afterEach(() => stack.workspace.faults.clear());

    it('mints a new one, which is written down', async () => {
      const before = (await overview()).body['credential'] as Json;
      const { status, body } = await rotate();

      expect(status).toBe(200);
      expect(body).toEqual({
        kind: 'provisioned',
        refreshed_at: expect.stringMatching(/Z$/),
        expires_at: expect.stringMatching(/Z$/),
        next_refresh_at: expect.stringMatching(/Z$/),
      });
      expect(Date.parse(String(body['refreshed_at']))).toBeGreaterThan(Date.parse(String(before['refreshed_at'])));
      expect((await overview()).body['credential']).toEqual(body);
      expect((await rotations()).at(-1)).toMatchObject({
        userId: stack.workspace.personas.admin.userName,
        actingAs: 'app',
        outcome: 'success',
        target: null,
        details: {},
      });
    });

    it('asks the workspace once, however many ask for it at the same time', async () => {
      stack.workspace.faults.add({ pathPrefix: CREDENTIALS, delayMs: 300 });
      const answers = await Promise.all(Array.from({ length: 10 }, () => rotate()));

      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
      expect(new Set(answers.map(({ body }) => body['refreshed_at'])).size).toBe(1);
      expect(stack.workspace.faults.list()).toMatchObject([{ hits: 1 }]);
    });

    it.each([
      [403, 'PERMISSION_DENIED', 'permission_denied'],
      [404, 'RESOURCE_DOES_NOT_EXIST', 'not_found'],
      [400, 'BAD_REQUEST', 'bad_request'],
    ])('says that the workspace refused it with %i, and writes the failure down', async (status, error_code, kind) => {
      stack.workspace.faults.add({ pathPrefix: CREDENTIALS, status, body: { error_code, message: 'upstream words' } });

      const answer = await rotate();

      expect([answer.status, answer.body['error_code']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(answer.body['detail']).toBe(
        `The workspace issued no new database credential (${kind}); the present one stays in use.`,
      );
      expect(answer.body['retry_after']).toBe(5);
      expect(JSON.stringify(answer.body)).not.toContain('upstream words');
      expect((await rotations()).at(-1)).toMatchObject({ outcome: 'failure', errorCode: 'SERVICE_UNAVAILABLE' });
      expect((await overview()).body['database']).toMatchObject({ status: 'ok' });
    });

    it('works while the database is away, because it may be what the database waits for', async () => {
      await stack.postgres.halt();
      const { status } = await rotate();
      await stack.postgres.restart();

      expect(status).toBe(200);
    });

    it('is refused when the password is fixed, or there is no database', async () => {
      const fixed = await startAdminApp(stack, { env: { PGPASSWORD: 'fixed' }, connects: false });
      const without = await startAdminApp(stack, { env: { PGHOST: undefined } });
      const answers = [await rotate(fixed), await rotate(without)];
      await fixed.stop();
      await without.stop();

      expect(answers.map(({ status, body }) => [status, body['error_code']])).toEqual([
        [409, 'CONFLICT'],
        [503, 'LAKEBASE_NOT_CONFIGURED'],
      ]);
      expect(JSON.stringify(answers)).not.toContain('fixed"');
    });

    function rotations(): Promise<AuditEntry[]> {
      return app.nest
        .get(Database)
        .asSystem((tx) => tx.find(AuditEntry, { where: { action: 'credential.rotate' }, order: { id: 'ASC' } }));
    }
  });

  /** As the superuser, so that no connection of the app is used for it. */
  async function secondsUnseen(): Promise<number> {
    const { host, port, superuser, password, database } = stack.postgres;
    const client = new Client({ host, port, user: superuser, password, database });
    await client.connect();
    try {
      const { rows } = await client.query<{ seconds: number }>(
        'SELECT extract(epoch FROM now() - last_seen_at)::float8 AS seconds FROM lakescope.replicas WHERE id = $1',
        [idOf(app)],
      );
      return rows[0]?.seconds ?? -1;
    } finally {
      await client.end();
    }
  }

  async function closeAllConnections(): Promise<void> {
    await stack.postgres.halt();
    await stack.postgres.restart();
    for (let tries = 0; tries < 100 && app.nest.get(Database).poolUse.total > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function asSystem(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return app.nest.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  function idOf(server: HttpApp): string {
    return server.nest.get(Replicas, { strict: false }).own.id;
  }

  function overview(server = app): Promise<Answer> {
    return ask('GET', '/admin/overview', server);
  }

  function rotate(server = app): Promise<Answer> {
    return ask('POST', '/admin/credentials/rotate', server);
  }

  async function ask(method: string, path: string, server: HttpApp): Promise<Answer> {
    const answer = await server.fetch(path, await stack.token('admin'), { method });
    return { status: answer.status, body: (await answer.json()) as Json };
  }
});

function replicasOf({ body }: Answer): Json[] {
  return body['replicas'] as Json[];
}
