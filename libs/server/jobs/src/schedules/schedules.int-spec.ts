import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { S3 } from '@aws-sdk/client-s3';
import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { EngineFailure } from '../engine/engine.errors';
import { BUCKET, JobsApp, jobRequest, type Answer, type Json, type Persona } from '../testing/jobs-app';
import { doneWith, resultOf, stopped, type Script } from '../testing/scripted-engine';
import { ScheduleRunner } from './schedule-runner';

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

  beforeEach(() => {
    place = randomUUID();
    run(() => Promise.resolve(resultOf('completed', [])));
  });

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

  /** What every job does from now on. */
  const run = (script: Script): void => {
    for (const { engine } of [one, other]) engine.script = script;
  };

  /** Lets the schedule be due, and both replicas see it at one moment. Answers the schedule as it is then. */
  const tick = async (schedule: Json, ago = '1 second'): Promise<Json> => {
    await one.sql(
      `UPDATE ingestion_schedules SET next_run_at = clock_timestamp() - $2::interval WHERE schedule_id = $1 AND NOT paused`,
      [schedule['schedule_id'], ago],
    );
    await Promise.all([one, other].map(({ http }) => http.nest.get(ScheduleRunner).tick(Infinity)));
    return (await one.ask('analyst', 'GET', path(schedule))).body;
  };

  const jobsOf = async ({ schedule_id: id }: Json): Promise<Json[]> =>
    (await one.ask('analyst', 'GET', `/jobs?schedule_id=${String(id)}`)).body['items'] as Json[];

  const done = async (schedule: Json, status = 'completed'): Promise<void> => {
    for (const { job_id: id } of await jobsOf(schedule)) await one.until('analyst', String(id), status);
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

  it('starts one job for each time, whichever replica sees it, and none for times that were missed', async () => {
    const schedule = await given({ cron: '* * * * *' });
    // As it is kept of owners that were let in to the connection of the environment.
    await one.sql(
      `UPDATE ingestion_schedules SET request = request || '{"admitted_as": ["lake-admins"]}' WHERE schedule_id = $1`,
      [schedule['schedule_id']],
    );
    const ticked = await tick(schedule, '1 day');
    await done(schedule);

    const jobs = await jobsOf(schedule);
    expect(jobs).toMatchObject([{ job_id: ticked['last_job_id'], schedule_id: schedule['schedule_id'] }]);
    expect(ticked).toMatchObject({ last_error: null, failures: 0, version: 1 });
    expect(Date.parse(String(ticked['next_run_at']))).toBeGreaterThan(Date.parse(String(ticked['last_run_at'])));
    await tick(schedule);
    expect(await jobsOf(schedule)).toHaveLength(2);
    const audit = await one.sql(`SELECT user_id, details FROM audit_log WHERE target = $1`, [jobs[0]?.['job_id']]);
    expect(audit).toMatchObject([{ user_id: schedule['user_id'], details: { schedule_id: schedule['schedule_id'] } }]);
  });

  it('starts what was due while no replica was there, once, and leaves the database alone until something is due', async () => {
    const schedule = await given({ cron: '0 0 1 1 *' });
    await one.sql(`UPDATE ingestion_schedules SET next_run_at = now() - interval '3 years'`);
    const third = await JobsApp.start(stack, { tickMs: 20, lookIdleMs: 60_000 });
    const asked = jest.spyOn(third.http.nest.get(Database), 'asSystem');
    for (let waited = 0; (await jobsOf(schedule)).length === 0 && waited < 500; waited++) await delay(20);
    await done(schedule);
    // The queue is looked at until nobody works on anything.
    await delay(500);
    asked.mockClear();
    await delay(500);

    expect(await jobsOf(schedule)).toHaveLength(1);
    expect(asked).not.toHaveBeenCalled();
    await third.stop();
  });

  it('skips a time while the run before is still under way, and says so', async () => {
    run(async (_, { signal }) => {
      await stopped(signal);
      return resultOf('cancelled', []);
    });
    const schedule = await given();
    const { last_job_id: jobId } = await tick(schedule);
    await one.until('analyst', String(jobId), 'running');

    expect(await tick(schedule)).toMatchObject({
      last_job_id: jobId,
      last_error: expect.stringContaining('Skipped') as string,
      failures: 0,
    });
    await one.ask('analyst', 'POST', `/jobs/${String(jobId)}/cancel`);
    await done(schedule, 'cancelled');
    expect(await jobsOf(schedule)).toHaveLength(1);
  });

  it('is deleted while a run of it ends, and neither is in the way of the other', async () => {
    const schedule = await given();
    const again = jest.spyOn(Logger.prototype, 'warn');
    await tick(schedule);
    await done(schedule);
    const database = one.http.nest.get(Database);
    const waiting = async (sessions: number): Promise<void> => {
      for (let attempt = 0; attempt < 500; attempt++) {
        const [row] = await one.sql<Json>(
          `SELECT count(DISTINCT pid)::int AS sessions FROM pg_locks WHERE NOT granted`,
        );
        if (row?.['sessions'] === sessions) return;
        await delay(10);
      }
      throw new Error(`No ${sessions} sessions wait`);
    };

    // The run that ends stands still at the last row that it writes, and the schedule is deleted meanwhile.
    const [ran, deleted] = await database.asSystem(async (tx) => {
      await tx.query(`SELECT FROM ingestion_feeds WHERE schedule_id = $1 FOR UPDATE`, [schedule['schedule_id']]);
      const { last_job_id: jobId } = await tick(schedule);
      await waiting(1);
      const deleting = one.ask('analyst', 'DELETE', path(schedule));
      await waiting(2);
      return [jobId, deleting.then(({ status }) => status)];
    });

    expect(await deleted).toBe(204);
    expect(await one.until('analyst', String(ran), 'completed')).toMatchObject({ schedule_id: null });
    expect(again).not.toHaveBeenCalled();
  });

  it('makes no job while the manifest is that of the last run that left nothing behind', async () => {
    const { url, region, rootKeys } = stack.workspace.s3;
    const s3 = new S3({ endpoint: url, region, forcePathStyle: true, credentials: rootKeys });
    const deliver = (text: string) =>
      s3.putObject({ Bucket: BUCKET, Key: `${place}/cda/manifest.json`, Body: text }).then(({ ETag }) => ETag);
    const etag = await deliver('{}');
    run(doneWith(etag ?? ''));
    const schedule = await given();
    const first = await tick(schedule);
    await done(schedule);
    const second = await tick(schedule);

    const beyond = await given({
      name: 'Beyond the fence',
      request: { ...jobRequest(connection, place), enforce_fence: false },
    });
    for (let times = 0; times < 2; times++) {
      await tick(beyond);
      await done(beyond);
    }
    expect(await jobsOf(beyond)).toHaveLength(2);
    expect(await jobsOf(schedule)).toHaveLength(1);
    expect(second).toMatchObject({ last_error: null, last_job_id: first['last_job_id'] });
    expect(String(second['last_checked_at']) > String(first['last_checked_at'])).toBe(true);
    await deliver('{"news": {}}');
    await tick(schedule);
    expect(await jobsOf(schedule)).toHaveLength(2);
    await done(schedule);
    s3.destroy();
  });

  it('does not wait for one that cannot be dealt with', async () => {
    const stuck = await given({ name: 'Stuck' });
    const other = await given({ name: 'Other', request: jobRequest(connection, `${place}/other`) });
    await one.sql(
      `ALTER TABLE ingestion_jobs ADD CONSTRAINT no_stuck CHECK (schedule_id <> '${String(stuck['schedule_id'])}')`,
    );
    await tick(stuck);
    await tick(other);
    await one.sql('ALTER TABLE ingestion_jobs DROP CONSTRAINT no_stuck');

    expect(await jobsOf(stuck)).toHaveLength(0);
    expect(await jobsOf(other)).toHaveLength(1);
    await done(other);
  });

  it('says that its connection is gone, is paused after several times, and begins afresh when it goes on', async () => {
    const mine = await one.connect('analyst');
    const schedule = await given({ request: jobRequest(mine, place) });
    await one.ask('analyst', 'DELETE', `/s3/connections/${mine}`);
    const first = await tick(schedule);
    for (let times = 0; times < 3; times++) await tick(schedule);
    const last = await tick(schedule);

    expect(first).toMatchObject({
      paused: false,
      failures: 1,
      last_error: expect.stringMatching(/^Nothing was started: .* gone/) as string,
    });
    expect(last).toMatchObject({
      paused: true,
      failures: 5,
      next_run_at: null,
      version: 2,
      last_error: expect.stringMatching(/^Paused after 5 failures in a row.* gone/) as string,
    });
    expect(await jobsOf(schedule)).toEqual([]);
    const audit = await one.sql(
      `SELECT details FROM audit_log WHERE target = $1 AND action = 'ingestion_schedule.pause'`,
      [schedule['schedule_id']],
    );
    expect(audit).toMatchObject([{ details: { by_itself: true } }]);
    const again = await one.ask('analyst', 'PATCH', path(schedule), {
      request: jobRequest(connection, place),
      paused: false,
    });
    expect(again.body).toMatchObject({ paused: false, failures: 0, last_error: null });
  });

  it.each<[string, string, number, boolean]>([
    ['is paused when its runs fail', 'MANIFEST_NOT_FOUND', 2, true],
    ['goes on when the storage is away for a while', 'STORAGE_UNAVAILABLE', 0, false],
  ])('%s', async (_, code, failures, paused) => {
    run(() => Promise.reject(new EngineFailure({ code, message: 'No way.', advice: 'None.' })));
    const schedule = await given();
    await one.sql(`UPDATE ingestion_schedules SET failures = $1`, [paused ? 3 : 0]);
    for (let times = 0; times < 2; times++) {
      await tick(schedule);
      await done(schedule, 'failed');
    }
    const last = await tick(schedule);
    await done(schedule, 'failed');

    expect(last).toMatchObject({ paused, failures: paused ? 3 + failures : 0 });
    expect(await jobsOf(schedule)).toHaveLength(paused ? 2 : 3);
  });
});
