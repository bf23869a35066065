import { randomUUID } from 'node:crypto';
import { LocalStack } from '@lakescope/server-testing';
import { JobsApp, jobRequest, type Answer, type Json, type Persona } from '../testing/jobs-app';

describe('schedules of ingestion', () => {
  let stack: LocalStack;
  let one: JobsApp;
  let other: JobsApp;
  let connection: string;
  let place: string;

  beforeAll(async () => {
    stack = await LocalStack.start();
    [one, other] = await Promise.all([JobsApp.start(stack), JobsApp.start(stack)]);
    connection = await one.connect('analyst');
  });

  beforeEach(() => (place = randomUUID()));

  afterEach(() => one.sql(`DELETE FROM ingestion_schedules`));

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await stack.stop();
  });

  const asked = (fields: Json = {}): Json => ({
    name: `Claims ${place}`,
    cron: '*/15 * * * *',
    time_zone: 'Europe/Berlin',
    request: jobRequest(connection, place),
    ...fields,
  });

  const given = async (fields: Json = {}, as: Persona = 'analyst'): Promise<Json> => {
    const { status, body } = await one.ask(as, 'POST', '/jobs/schedules', asked(fields));
    if (status !== 201) throw new Error(`No schedule: ${JSON.stringify(body)}`);
    return body;
  };

  const path = ({ schedule_id: id }: Json): string => `/jobs/schedules/${String(id)}`;

  it('is made, read, changed at a version, and deleted, and each change is in the audit log', async () => {
    const made = await one.ask('analyst', 'POST', '/jobs/schedules', asked());
    const schedule = made.body;

    expect(made).toMatchObject({ status: 201, body: { version: 1, paused: false, failures: 0, last_error: null } });
    expect(made.headers.get('location')).toBe(`/api/v1${path(schedule)}`);
    expect(made.headers.get('etag')).toBe('"1"');
    const [first, ...later] = schedule['next_runs'] as string[];
    expect(first).toBe(schedule['next_run_at']);
    expect(later).toHaveLength(2);
    expect(new Date(String(first)).getUTCMinutes() % 15).toBe(0);
    const read = await other.ask('analyst', 'GET', path(schedule));
    expect(read.body).toEqual(schedule);

    const paused = await other.ask('analyst', 'PATCH', path(schedule), { paused: true }, { 'If-Match': '"1"' });
    expect(paused.body).toMatchObject({ paused: true, version: 2, next_run_at: null, next_runs: [] });
    const late = await one.ask('analyst', 'PATCH', path(schedule), { name: 'Mine' }, { 'If-Match': '"1"' });
    expect([late.status, late.body['error_code']]).toEqual([412, 'PRECONDITION_FAILED']);
    const renamed = await one.ask('analyst', 'PATCH', path(schedule), { cron: '0 3 * * *', paused: false });
    expect(renamed.body).toMatchObject({ cron: '0 3 * * *', version: 3, name: schedule['name'] });
    expect(new Set(renamed.body['next_runs'] as string[]).size).toBe(3);
    expect((await one.ask('analyst', 'DELETE', path(schedule))).status).toBe(204);
    expect((await one.ask('analyst', 'GET', path(schedule))).status).toBe(404);
    const audit = await one.sql<Json>(
      `SELECT action FROM audit_log WHERE target = $1 AND outcome = 'success' ORDER BY id`,
      [schedule['schedule_id']],
    );
    expect(audit.map(({ action }) => action)).toEqual(
      ['create', 'update', 'update', 'delete'].map((act) => `ingestion_schedule.${act}`),
    );
  });

  it('gives back what was asked for, so that it can be asked for again', async () => {
    const { request } = await given({ request: { ...jobRequest(connection, place), include: ['cc_*'] } });

    const again = await one.ask('analyst', 'POST', '/jobs/schedules', asked({ name: 'Again', request }));
    expect(again.body).toMatchObject({ request: request as Json });
    expect((await one.ask('analyst', 'POST', '/jobs/plan', request)).status).toBe(200);
  });

  it('is its owner’s and the administrators’; what it ingests is its owner’s alone to say', async () => {
    const schedule = await given();

    for (const [method, way, json] of [
      ['GET', '', undefined],
      ['PATCH', '', { paused: true }],
      ['DELETE', '', undefined],
      ['POST', '/run', undefined],
    ] as const) {
      const refused = await one.ask('engineer', method, `${path(schedule)}${way}`, json);
      expect([method, refused.status, refused.body['error_code']]).toEqual([method, 404, 'NOT_FOUND']);
    }
    expect((await one.ask('engineer', 'GET', '/jobs/schedules')).body['items']).toEqual([]);
    expect((await one.ask('engineer', 'GET', '/jobs/schedules?scope=all')).status).toBe(403);
    expect((await one.ask('admin', 'GET', '/jobs/schedules?scope=all')).body['items']).toMatchObject([
      { schedule_id: schedule['schedule_id'], user_id: schedule['user_id'] },
    ]);
    const taken = await one.ask('admin', 'PATCH', path(schedule), { request: jobRequest(connection, 'elsewhere') });
    expect([taken.status, taken.body['error_code']]).toEqual([403, 'PERMISSION_DENIED']);
    expect((await one.ask('admin', 'PATCH', path(schedule), { paused: true })).body).toMatchObject({ paused: true });
    const run = await one.ask('admin', 'POST', `${path(schedule)}/run`);
    expect(run.status).toBe(202);
    expect(await one.until('analyst', String(run.body['job_id']), 'completed')).toMatchObject({
      user_id: schedule['user_id'],
      schedule_id: schedule['schedule_id'],
    });
  });

  it('is listed page by page, by name', async () => {
    for (const name of ['C', 'A', 'B']) await given({ name });
    const first = await one.ask('analyst', 'GET', '/jobs/schedules?limit=2');
    const cursor = String(first.body['next_cursor']);
    const rest = await one.ask('analyst', 'GET', `/jobs/schedules?limit=2&cursor=${cursor}`);

    expect([first, rest].map(({ body }) => (body['items'] as Json[]).map(({ name }) => name))).toEqual([
      ['A', 'B'],
      ['C'],
    ]);
    expect(rest.body['next_cursor']).toBeNull();
    expect((await one.ask('admin', 'GET', `/jobs/schedules?scope=all&cursor=${cursor}`)).status).toBe(400);
  });

  it.each<[string, () => Json, string]>([
    ['a field of cron', () => ({ cron: '61 * * * *' }), 'cron'],
    ['a zone', () => ({ time_zone: 'Mars/Olympus' }), 'time_zone'],
    [
      'a place',
      () => ({ request: { ...jobRequest(connection, place), target: { uri: 'demo.lake' } } }),
      'request.target.uri',
    ],
    ['an engine', () => ({ request: { ...jobRequest(connection, place), engine: 'ray' } }), 'request.engine'],
    [
      'a reset',
      () => ({ request: { ...jobRequest(connection, place), resets: [{ table: 'cc_claim', decision: 'rebuild' }] } }),
      'request.resets',
    ],
    [
      'a type',
      () => ({ request: { ...jobRequest(connection, place), parallel_tables: 0 } }),
      'request.parallel_tables',
    ],
  ])('refuses %s, and says where it is wrong', async (_, fields, where) => {
    const { status, body } = await one.ask('analyst', 'POST', '/jobs/schedules', asked(fields()));

    expect(status).toBe(400);
    expect(body).toMatchObject({ error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: where }] } });
  });

  it('refuses a name that is taken, another person’s connection, and one more than there may be', async () => {
    await given();
    const codes = async (as: Persona, fields: Json): Promise<unknown[]> => {
      const { status, body }: Answer = await one.ask(as, 'POST', '/jobs/schedules', asked(fields));
      return [status, body['error_code']];
    };

    expect(await codes('analyst', {})).toEqual([409, 'ALREADY_EXISTS']);
    expect(await codes('engineer', { name: 'Theirs' })).toEqual([404, 'NOT_FOUND']);
    await one.sql(
      `INSERT INTO ingestion_schedules (schedule_id, user_id, name, cron, time_zone, paused, request)
       SELECT gen_random_uuid(), user_id, 'Filler ' || i, cron, time_zone, true, request
         FROM ingestion_schedules, generate_series(1, 49) AS i`,
    );
    expect(await codes('analyst', { name: 'One more' })).toEqual([409, 'CONFLICT']);
  });

  it('tells when it would be due before it is made', async () => {
    const { status, body } = await one.ask('analyst', 'POST', '/jobs/schedules/preview', {
      cron: '@daily',
      time_zone: 'Asia/Tokyo',
    });

    expect(status).toBe(200);
    expect((body['next_runs'] as string[]).map((time) => time.slice(11))).toEqual(Array(5).fill('15:00:00.000Z'));
  });
});
