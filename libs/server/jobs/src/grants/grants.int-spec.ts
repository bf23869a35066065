import { randomUUID } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { newPseudonym } from '@lakescope/server-audit';
import { Database, UserOwnedTables } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { EngineFailure } from '../engine/engine.errors';
import { BUCKET, JobsApp, jobRequest, type Json, type Persona } from '../testing/jobs-app';
import { resultOf } from '../testing/scripted-engine';

describe('grants of S3 connections', () => {
  let stack: LocalStack;
  let app: JobsApp;
  let engineer: string;
  let connection: string;
  let place: string;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await JobsApp.start(stack);
    const own = await app.connect('engineer');
    const id = await app.start('engineer', own, 'who-am-i');
    engineer = String((await app.until('engineer', id, 'completed'))['user_id']);
  });

  beforeEach(async () => {
    place = `shared/${randomUUID()}`;
    connection = await app.connect('analyst', { bucket: BUCKET, prefix: 'shared/' });
    app.engine.script = () => Promise.resolve(resultOf('completed', []));
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  const grants = (): string => `/s3/connections/${connection}/grants`;
  const grant = () => app.ask('analyst', 'POST', grants(), { grantee: engineer });
  const revoke = () => app.ask('analyst', 'DELETE', `${grants()}/${encodeURIComponent(engineer)}`);
  const codeOf = ({ status, body }: { status: number; body: Json }): unknown[] => [status, body['error_code']];

  it('lets a person start jobs with a connection, and nothing else', async () => {
    expect(codeOf(await app.ask('engineer', 'POST', '/jobs', jobRequest(connection, place)))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(await grant()).toMatchObject({ status: 201, body: { connection_id: connection, grantee: engineer } });

    expect((await app.ask('engineer', 'POST', '/jobs/plan', jobRequest(connection, place))).status).toBe(200);
    const job = await app.until('engineer', await app.start('engineer', connection, place), 'completed');
    expect(job).toMatchObject({ user_id: engineer, config: { source: { connection_id: connection } } });
    expect(codeOf(await app.ask('engineer', 'POST', '/s3/list', { connection_id: connection }))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(codeOf(await app.ask('engineer', 'POST', `/s3/connections/${connection}/check`, {}))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(JSON.stringify((await app.ask('engineer', 'GET', '/s3/connections')).body)).not.toContain(connection);
    const { body } = await app.ask('engineer', 'GET', '/s3/granted-connections');
    const shown = (body['items'] as Json[]).find(({ connection_id: id }) => id === connection);
    expect(Object.keys(shown ?? {}).sort()).toEqual([
      'bucket',
      'connection_id',
      'granted_at',
      'granted_by',
      'name',
      'prefix',
    ]);
    expect(shown).toMatchObject({ bucket: BUCKET, prefix: 'shared/' });
    expect((await app.ask('admin', 'GET', '/s3/granted-connections')).body['items']).toEqual([]);
    expect(codeOf(await app.ask('admin', 'POST', '/jobs', jobRequest(connection, place)))).toEqual([404, 'NOT_FOUND']);
  });

  it('has both ends of a job tried with it: what is missing, and what is too much', async () => {
    const { url: endpoint, region, rootKeys } = stack.workspace.s3;
    const storage = new S3Client({ endpoint, region, forcePathStyle: true, credentials: rootKeys });
    await storage.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${place}/cda/manifest.json`, Body: '{}' }));
    const keys = stack.workspace.s3.issue({
      location: `s3://${BUCKET}/${place}/cda`,
      readOnly: true,
      expiresInMs: 60_000,
    });
    const reading = await app.connect('analyst', {
      bucket: BUCKET,
      prefix: 'shared/',
      access_key_id: keys.accessKeyId,
      secret_access_key: keys.secretAccessKey,
      session_token: keys.sessionToken,
    });
    for (const id of [connection, reading])
      await app.ask('analyst', 'POST', `/s3/connections/${id}/grants`, { grantee: engineer });
    const check = (from: string, to: string, as: Persona = 'engineer') => {
      const { source, target } = jobRequest(from, place) as Record<'source' | 'target', Json>;
      return app.ask(as, 'POST', '/jobs/check', { source, target: { ...target, connection_id: to } });
    };

    const least = await check(reading, connection);
    const swapped = await check(connection, reading);
    const left = await storage.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${place}/` }));
    storage.destroy();

    expect(least).toMatchObject({ status: 200, body: { ready: true } });
    expect(statusesOf(least.body)).toEqual({
      source: { list_bucket: 'ok', head_object: 'ok', get_object: 'ok', write_refused: 'ok' },
      target: {
        list_bucket: 'ok',
        head_object: 'ok',
        get_object: 'ok',
        put_object: 'ok',
        conditional_put: 'ok',
        delete_object: 'ok',
      },
    });
    expect(swapped.body).toMatchObject({ ready: false });
    expect(statusesOf(swapped.body)).toMatchObject({
      source: { get_object: 'ok', write_refused: 'excessive' },
      target: { list_bucket: 'missing', put_object: 'missing', conditional_put: 'not_tried' },
    });
    const rows = swapped.body['rights'] as { right: string; side: string; advice: string; policy_line: string }[];
    const excessive = rows.find(({ right }) => right === 'write_refused');
    expect(JSON.parse(excessive?.policy_line ?? '')).toEqual({
      Effect: 'Deny',
      Action: ['s3:PutObject', 's3:DeleteObject'],
      Resource: `arn:aws:s3:::${BUCKET}/${place}/cda/*`,
    });
    expect(rows.find(({ right, side }) => side === 'target' && right === 'put_object')?.advice).toContain('policy');
    expect(left.Contents?.map(({ Key }) => Key)).toEqual([`${place}/cda/manifest.json`]);
    expect(codeOf(await check(reading, connection, 'admin'))).toEqual([404, 'NOT_FOUND']);
  });

  it('is for the bucket and the prefix of the connection alone', async () => {
    await grant();
    const elsewhere = jobRequest(connection, 'private/claims');
    const lookalike = jobRequest(connection, 'shared-not/claims');

    for (const asked of [elsewhere, lookalike]) {
      const { status, body } = await app.ask('engineer', 'POST', '/jobs', asked);
      expect([status, body['technical_details']]).toMatchObject([400, { fields: [{ path: 'source.manifest_uri' }] }]);
    }
    expect((await app.ask('analyst', 'POST', '/jobs', elsewhere)).status).toBe(202);
  });

  it('ends for jobs and schedules that have not begun when it is revoked', async () => {
    await grant();
    app.engine.script = () =>
      Promise.reject(new EngineFailure({ code: 'STORAGE_UNAVAILABLE', message: 'No.', advice: '' }));
    const jobId = await app.start('engineer', connection, place);
    await app.until('engineer', jobId, 'failed');
    const fields = { name: place, cron: '@daily', time_zone: 'UTC', request: jobRequest(connection, place) };
    const schedule = await app.ask('engineer', 'POST', '/jobs/schedules', fields);
    expect(schedule.status).toBe(201);
    expect((await revoke()).status).toBe(204);

    const retried = await app.ask('engineer', 'POST', `/jobs/${jobId}/retry`, {});
    expect(await app.until('engineer', String(retried.body['job_id']), 'failed')).toMatchObject({
      failure: { code: 'CONNECTION_GONE' },
    });
    const run = await app.ask('engineer', 'POST', `/jobs/schedules/${String(schedule.body['schedule_id'])}/run`);
    expect(run).toMatchObject({ status: 400, body: { technical_details: { fault: 'CONNECTION_GONE' } } });
    const refused = await app.ask('engineer', 'POST', '/jobs/plan', jobRequest(connection, place));
    expect(refused).toMatchObject({
      status: 404,
      body: {
        error_code: 'NOT_FOUND',
        technical_details: {
          fields: [{ path: 'source.connection_id', message: expect.stringContaining('not granted to you') as string }],
        },
      },
    });
    expect(codeOf(await revoke())).toEqual([404, 'NOT_FOUND']);
  });

  it('is listed in pages by the bytes of the names, however the database sorts text', async () => {
    await app.sql('ALTER TABLE ingestion_grants ALTER COLUMN grantee TYPE text COLLATE "und-x-icu"');
    const people = ['Cy@example.com', 'ada@example.com', 'bo@example.com'];
    for (const grantee of people) await app.ask('analyst', 'POST', grants(), { grantee });

    const first = (await app.ask('analyst', 'GET', `${grants()}?limit=2`)).body;
    const cursor = encodeURIComponent(String(first['next_cursor']));
    const second = (await app.ask('analyst', 'GET', `${grants()}?limit=2&cursor=${cursor}`)).body;

    const names = [first, second].flatMap(({ items }) => (items as Json[]).map(({ grantee }) => grantee));
    expect([names, second['next_cursor']]).toEqual([people, null]);
  });

  it('is the connection’s owner’s alone to give, see and take, and each change is in the audit log', async () => {
    await grant();
    await grant();
    const way = `${grants()}/${encodeURIComponent(engineer)}`;
    for (const [as, method, path, json] of [
      ['engineer', 'GET', grants(), undefined],
      ['engineer', 'POST', grants(), { grantee: 'cy@example.com' }],
      ['engineer', 'DELETE', way, undefined],
      ['admin', 'GET', grants(), undefined],
    ] as const) {
      expect(codeOf(await app.ask(as, method, path, json))).toEqual([404, 'NOT_FOUND']);
    }
    expect((await app.ask('analyst', 'GET', grants())).body).toMatchObject({
      items: [{ grantee: engineer }],
      next_cursor: null,
    });
    await revoke();
    const audit = await app.sql<Json>(
      `SELECT action, details ->> 'grantee' AS grantee FROM audit_log
        WHERE target = $1 AND outcome = 'success' AND action <> 's3_connection.create' ORDER BY id`,
      [connection],
    );
    expect(audit).toEqual([
      { action: 's3_connection.grant', grantee: engineer },
      { action: 's3_connection.revoke', grantee: engineer },
    ]);
  });

  it('names nobody any more in the audit log whose data was erased, whoever had granted it', async () => {
    await grant();
    await revoke();
    await grant();
    const table = app.http.nest.get(UserOwnedTables).all.find(({ name }) => name === 'ingestion_grants');
    const erase = table?.onErase;
    if (typeof erase !== 'function') throw new Error('Grants are erased in a way of their own');
    const pseudonym = newPseudonym();
    const database = app.http.nest.get(Database);
    const gone = await database.asSystem((tx) => erase(tx, { userId: engineer, pseudonym }));

    const details = await app.sql<Json>(
      `SELECT details FROM audit_log WHERE target = $1 AND action IN ('s3_connection.grant', 's3_connection.revoke') AND details ->> 'grantee' IS NOT NULL`,
      [connection],
    );
    expect(gone.erased).toBeGreaterThan(0);
    expect(JSON.stringify(await app.sql('SELECT details FROM audit_log'))).not.toContain(engineer);
    expect(details.length).toBeGreaterThan(0);
    for (const entry of details) expect(entry).toMatchObject({ details: { grantee: pseudonym } });
    const forge = `UPDATE audit_log SET details = details || '{"name":"other"}' WHERE target = $1`;
    await expect(app.sql(forge, [connection])).rejects.toThrow('never changed');
  });

  it('needs a bucket and another person, and ends with the connection', async () => {
    const wide = await app.connect('analyst');
    const unbounded = await app.ask('analyst', 'POST', `/s3/connections/${wide}/grants`, { grantee: engineer });
    const [me] = await app.sql<Json>('SELECT user_id FROM s3_connections WHERE id = $1', [connection]);
    const self = await app.ask('analyst', 'POST', grants(), { grantee: me?.['user_id'] });
    const shouted = await app.ask('analyst', 'POST', grants(), { grantee: String(me?.['user_id']).toUpperCase() });
    const nobody = await Promise.all(
      [' ', '.', '..'].map((grantee) => app.ask('analyst', 'POST', grants(), { grantee })),
    );

    expect([unbounded, self, shouted, ...nobody].map(codeOf)).toEqual([
      [409, 'CONFLICT'],
      ...Array.from({ length: 5 }, () => [400, 'INVALID_REQUEST']),
    ]);
    await grant();
    await app.ask('analyst', 'PATCH', `/s3/connections/${connection}`, { bucket: null });
    expect((await app.ask('engineer', 'POST', '/jobs', jobRequest(connection, place))).status).toBe(400);
    await app.ask('analyst', 'DELETE', `/s3/connections/${connection}`);
    expect(await app.sql('SELECT FROM ingestion_grants WHERE connection_id = $1', [connection])).toEqual([]);
  });
});

/** By end and right. */
function statusesOf({ rights }: Json): Record<string, Record<string, string>> {
  const told: Record<string, Record<string, string>> = {};
  for (const { side, right, status } of rights as { side: string; right: string; status: string }[]) {
    (told[side] ??= {})[right] = status;
  }
  return told;
}
