import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent, TableResult } from '@lakescope/cda';
import { FeatureCounters } from '@lakescope/server-http';
import { LocalStack } from '@lakescope/server-testing';
import { EngineFailure } from '../engine/engine.errors';
import type { ManifestReading } from '../engine/ingestion-engine';
import { JobsRetention } from '../queue/jobs-retention';
import { BUCKET, JobsApp, jobRequest, type Answer, type Json, type Persona } from '../testing/jobs-app';
import { resultOf, tableResult, type Script } from '../testing/scripted-engine';

const MINUTE = 60_000;
/** Of the source, and within the years that dates have. */
const START = Date.UTC(2026, 0, 1);

interface Told {
  readonly table: string;
  /** Minutes after the start: newest ingested folder, and what the manifest says is written. */
  readonly watermark?: number;
  readonly fence?: number;
  readonly outcome?: TableResult['outcome'];
}

describe('freshness of ingested tables', () => {
  let stack: LocalStack;
  let app: JobsApp;
  let connection: string;
  let place: string;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await JobsApp.start(stack, { looksAtOnce: 2 });
    connection = await app.connect('analyst');
  });

  beforeEach(() => {
    place = randomUUID();
  });

  afterEach(async () => {
    await app.sql('DELETE FROM alert_rules');
    await app.sql('DELETE FROM ingestion_feeds');
    await app.sql('DELETE FROM ingestion_thresholds');
    await app.sql('DELETE FROM ingestion_jobs');
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  const at = (minutes: number): string => String(START + minutes * MINUTE);
  const target = (): string => `s3://${BUCKET}/${place}/raw`;

  const watermarksOf = (minutes: number | undefined): Record<string, string> =>
    minutes === undefined ? {} : { f1: at(minutes) };

  /** What a run tells of its tables. */
  function script(told: readonly Told[], etag = '"m1"'): Script {
    return async (_, { onEvents }) => {
      const results = told.map<TableResult>(({ table, watermark, fence, outcome = 'completed' }) => ({
        ...tableResult(table, outcome),
        fence: fence === undefined ? undefined : at(fence),
        watermarks: watermarksOf(watermark),
        failure:
          outcome === 'failed'
            ? { code: 'SOURCE_RESET', message: 'The source was set back.', advice: 'Decide.' }
            : undefined,
      }));
      const events: RunEvent[] = [
        { type: 'manifest', etag, tables: told.map(({ table }) => table), unchanged: false },
        ...results.map((result) => ({ type: 'table-done' as const, result })),
      ];
      await onEvents(events);
      const isBad = results.some(({ outcome }) => outcome === 'failed');
      return resultOf(isBad ? 'completed_with_errors' : 'completed', results, isBad ? undefined : etag);
    };
  }

  /** A run of the analyst's that tells so; answers its id. */
  async function ran(told: readonly Told[], fields: Json = {}, etag?: string): Promise<string> {
    app.engine.script = script(told, etag);
    const jobId = await app.start('analyst', connection, place, fields);
    const isBad = told.some(({ outcome }) => outcome === 'failed');
    const isAll = told.every(({ outcome }) => outcome === 'failed');
    await app.until('analyst', jobId, isAll ? 'failed' : isBad ? 'completed_with_errors' : 'completed');
    return jobId;
  }

  async function board(query = '', as: Persona = 'analyst'): Promise<{ items: Json[]; summary: Json; next: unknown }> {
    const { status, body } = await app.ask(as, 'GET', `/jobs/freshness${query}`);
    expect(status).toBe(200);
    return { items: body['items'] as Json[], summary: body['summary'] as Json, next: body['next_cursor'] };
  }

  const threshold = (minutes: number, more: Json = {}, as: Persona = 'analyst'): Promise<Answer> =>
    app.ask(as, 'PUT', '/jobs/freshness/thresholds', { target_uri: target(), minutes, ...more });

  /** What the manifest says from now on; asked with the ETag of what it says, nothing new. */
  function manifest(tables: Readonly<Record<string, number>>, etag: string): void {
    const told = Object.entries(tables).map(([table, minutes]) => ({ table, fence: at(minutes) }));
    app.engine.manifests.set(`${place}/cda/manifest.json`, (known) =>
      Promise.resolve<ManifestReading>(known === etag ? 'not-modified' : { etag, tables: told, rejected: [] }),
    );
  }

  const check = (asked: Json = { target_uri: target() }, as: Persona = 'analyst'): Promise<Answer> =>
    app.ask(as, 'POST', '/jobs/freshness/check', asked);

  it('is told after each run: how far behind, how old, and since when that is known', async () => {
    const jobId = await ran([
      { table: 'cc_claim', watermark: 0, fence: 90 },
      { table: 'cc_policy', watermark: 60, fence: 60 },
    ]);
    const { items, summary } = await board();

    expect(items).toMatchObject([
      {
        table: 'cc_claim',
        source: { manifest_uri: `s3://${BUCKET}/${place}/cda/manifest.json`, connection_id: connection },
        target_uri: target(),
        target_connection_id: connection,
        watermark: { ms: at(0), at: '2026-01-01T00:00:00.000Z' },
        fence: { ms: at(90), at: '2026-01-01T01:30:00.000Z' },
        behind_seconds: 5_400,
        state: 'unknown',
        reason: 'There is no threshold for this table.',
        threshold_seconds: null,
        last_job_id: jobId,
        schedule_id: null,
      },
      { table: 'cc_policy', behind_seconds: 0, state: 'fresh', reason: null },
    ]);
    expect(Number(items[0]?.['age_seconds'])).toBeGreaterThan(86_400);
    expect(Date.parse(String(items[0]?.['checked_at']))).toBeGreaterThan(Date.now() - 60_000);
    expect(summary).toMatchObject({
      fresh: 1,
      unknown: 1,
      late: 0,
      blocked: 0,
      targets: [
        {
          target_uri: target(),
          target_connection_id: connection,
          worst_behind_seconds: 5_400,
          failure: null,
          last_job_id: jobId,
        },
      ],
    });
  });

  it('is late from the threshold of its target on, or from its own; and what is old tells nothing', async () => {
    await ran([
      { table: 'cc_claim', watermark: 0, fence: 90 },
      { table: 'cc_user', watermark: 0, fence: 90 },
    ]);
    const set = await threshold(60);
    await threshold(120, { table: 'cc_user', target_uri: `${target()}/` });

    expect(set).toMatchObject({ status: 200, body: { target_uri: target(), table: null, minutes: 60 } });
    expect((await board('?sort=name')).items).toMatchObject([
      { table: 'cc_claim', state: 'late', threshold_seconds: 3_600 },
      { table: 'cc_user', state: 'fresh', threshold_seconds: 7_200 },
    ]);
    await app.sql(`UPDATE ingestion_freshness SET checked_at = checked_at - interval '3 hours'`);
    expect((await board('?state=unknown')).items).toMatchObject([
      { table: 'cc_user', reason: expect.stringContaining('longer than the threshold') as string },
    ]);
    const { status } = await app.ask(
      'analyst',
      'DELETE',
      `/jobs/freshness/thresholds?target_uri=${encodeURIComponent(target())}`,
    );
    expect(status).toBe(204);
    expect((await app.ask('analyst', 'GET', '/jobs/freshness/thresholds')).body['items']).toMatchObject([
      { table: 'cc_user', minutes: 120 },
    ]);
    expect(
      await app.sql(`SELECT action FROM audit_log WHERE target = $1 AND outcome = 'success' ORDER BY id`, [target()]),
    ).toMatchObject([
      { action: 'freshness_threshold.set' },
      { action: 'freshness_threshold.set' },
      { action: 'freshness_threshold.delete' },
    ]);
  });

  it('is its owner’s and the administrators’, thresholds and checks as well', async () => {
    const jobId = await ran([{ table: 'cc_claim', watermark: 0, fence: 90 }]);
    const { analyst } = stack.workspace.personas;
    await threshold(60);

    expect((await board('', 'engineer')).items).toEqual([]);
    expect((await board('?scope=all', 'admin')).items).toMatchObject([{ table: 'cc_claim' }]);
    for (const path of ['?scope=all', '/thresholds?scope=all'])
      expect((await app.ask('engineer', 'GET', `/jobs/freshness${path}`)).status).toBe(403);
    expect((await app.ask('engineer', 'GET', '/jobs/freshness/thresholds')).body['items']).toEqual([]);
    expect((await app.ask('admin', 'GET', '/jobs/freshness/thresholds?scope=all')).body['items']).toHaveLength(1);
    const theirs = { user_id: analyst.userName };
    expect((await threshold(5, theirs, 'engineer')).status).toBe(403);
    expect((await check(undefined, 'engineer')).body).toMatchObject({ status: 404, error_code: 'NOT_FOUND' });
    expect((await check({ job_id: jobId }, 'engineer')).body).toMatchObject({ error_code: 'JOB_NOT_FOUND' });
    manifest({ cc_claim: 90 }, '"m1"');
    expect(await check({ job_id: jobId }, 'admin')).toMatchObject({ status: 200 });
    expect(await threshold(5, theirs, 'admin')).toMatchObject({ status: 200, body: { ...theirs, minutes: 5 } });
    expect((await board()).items).toMatchObject([{ threshold_seconds: 300 }]);
  });

  it('is filtered and paged, the furthest behind first', async () => {
    const told = Array.from({ length: 7 }, (_, index) => ({ table: `cc_${index}`, watermark: 0, fence: index % 3 }));
    await ran([...told, { table: 'pc_new', fence: 4 }]);
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = await board(`?limit=3&q=C_${cursor}`);
      seen.push(...page.items.map((item) => [item['table'], item['behind_seconds']]));
      if (page.next === null) break;
      cursor = `&cursor=${String(page.next)}`;
    }

    expect(seen).toEqual([
      ['cc_2', 120],
      ['cc_5', 120],
      ['cc_1', 60],
      ['cc_4', 60],
      ['cc_0', 0],
      ['cc_3', 0],
      ['cc_6', 0],
      ['pc_new', null],
    ]);
    expect((await board('?state=fresh&sort=name')).items).toHaveLength(3);
    expect((await board(`?target=${encodeURIComponent('s3://elsewhere/raw')}`)).items).toEqual([]);
    const page = await app.ask(
      'analyst',
      'GET',
      `/jobs/freshness?sort=name&cursor=${String((await board('?limit=1')).next)}`,
    );
    expect(page.body).toMatchObject({ status: 400, error_code: 'INVALID_REQUEST' });
  });

  it('follows the manifest when somebody has it read, and keeps what it knew when it is still the same', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    manifest({ cc_claim: 180, cc_new: 1 }, '"m2"');
    const first = await check();
    await app.sql(`UPDATE ingestion_freshness SET checked_at = checked_at - interval '1 day'`);
    const second = await check();

    expect(first).toMatchObject({ status: 200, body: { items: [{ not_modified: false, failure: null }] } });
    expect(second.body).toMatchObject({ items: [{ not_modified: true }] });
    const { items } = await board();
    expect(items).toMatchObject([{ table: 'cc_claim', behind_seconds: 7_200 }]);
    expect(Date.parse(String(items[0]?.['checked_at']))).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is not set back by a run that had read its manifest before somebody else did', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    manifest({ cc_claim: 180 }, '"m2"');
    app.engine.script = async (order, controls) => {
      await controls.onEvents([{ type: 'manifest', etag: '"m1"', tables: ['cc_claim'], unchanged: false }]);
      await check();
      const result = { ...tableResult('cc_claim', 'completed'), fence: at(90), watermarks: { f1: at(90) } };
      await controls.onEvents([{ type: 'table-done', result }]);
      return resultOf('completed', [result], '"m1"');
    };
    await app.until('analyst', await app.start('analyst', connection, place), 'completed');

    expect((await board()).items).toMatchObject([{ watermark: { ms: at(90) }, fence: { ms: at(180) } }]);
  });

  it('says what is blocked: a failed table, one that is gone from the manifest, a source that was set back', async () => {
    await ran([
      { table: 'cc_claim', watermark: 60, fence: 60 },
      { table: 'cc_gone', watermark: 60, fence: 60 },
      { table: 'cc_back', watermark: 60, fence: 60 },
    ]);
    await ran([
      { table: 'cc_claim', fence: 90, outcome: 'failed' },
      { table: 'cc_gone', watermark: 60, fence: 60 },
      { table: 'cc_back', watermark: 60, fence: 60 },
    ]);
    manifest({ cc_claim: 90, cc_back: 30 }, '"m2"');
    await check();
    const { items } = await board('?sort=name');

    expect(items).toMatchObject([
      { table: 'cc_back', state: 'blocked', reason: expect.stringContaining('set back') as string },
      // How far it was is still known.
      { table: 'cc_claim', state: 'blocked', watermark: { ms: at(60) }, behind_seconds: 1_800 },
      { table: 'cc_gone', state: 'blocked', reason: expect.stringContaining('does not name the table') as string },
    ]);
    manifest({ cc_claim: 90, cc_back: 60, cc_gone: 60 }, '"m3"');
    await check();
    expect((await board('?state=blocked')).items).toMatchObject([{ table: 'cc_claim' }]);
    await ran([{ table: 'cc_claim', watermark: 90, fence: 90 }]);
    expect((await board('?state=blocked')).items).toMatchObject([
      { table: 'cc_back', reason: expect.stringContaining('does not name the table') as string },
      { table: 'cc_gone' },
    ]);
  });

  it('takes no table for gone that a run did not come to, because it broke off', async () => {
    await ran([
      { table: 'cc_claim', watermark: 60, fence: 60 },
      { table: 'cc_user', watermark: 60, fence: 60 },
    ]);
    app.engine.script = async (_, { onEvents }) => {
      await onEvents([
        { type: 'manifest', etag: '"m2"', tables: ['cc_claim', 'cc_user'], unchanged: false },
        {
          type: 'table-done',
          result: { ...tableResult('cc_claim', 'completed'), fence: at(90), watermarks: watermarksOf(90) },
        },
      ]);
      throw new EngineFailure({ code: 'ENGINE_OUT_OF_MEMORY', message: 'Too much.', advice: 'Less at once.' });
    };
    await app.until('analyst', await app.start('analyst', connection, place), 'failed');

    expect((await board()).summary).toMatchObject({ blocked: 0 });
  });

  it('does not take a fence that lags for a source that was set back where runs read past fences', async () => {
    await ran([{ table: 'cc_claim', watermark: 90, fence: 60 }], { enforce_fence: false });
    manifest({ cc_claim: 60 }, '"m2"');
    await check();

    expect((await board()).items).toMatchObject([{ state: 'fresh', behind_seconds: 0 }]);
  });

  it('tells of a clock that is ahead, and does not count backwards', async () => {
    const days = Math.ceil((Date.now() - START) / (1_440 * MINUTE)) + 2;
    await ran([{ table: 'cc_claim', watermark: days * 1_440, fence: days * 1_440 }]);

    expect((await board()).items).toMatchObject([
      { age_seconds: 0, behind_seconds: 0, reason: expect.stringContaining('in the future') as string },
    ]);
  });

  it('keeps what it knew while the source cannot be reached, and says why', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    const [before] = (await board()).items;
    app.engine.manifests.set(`${place}/cda/manifest.json`, () =>
      Promise.reject(
        new EngineFailure({ code: 'STORAGE_UNAVAILABLE', message: 'The storage does not answer.', advice: 'Wait.' }),
      ),
    );
    const { status, body } = await check();
    const { items, summary } = await board();

    expect([status, body]).toMatchObject([200, { items: [{ failure: { code: 'STORAGE_UNAVAILABLE' } }] }]);
    expect(items).toMatchObject([
      { checked_at: before?.['checked_at'], reason: expect.stringContaining('The storage does not answer.') as string },
    ]);
    expect(summary['targets']).toMatchObject([{ failure: { code: 'STORAGE_UNAVAILABLE' } }]);
    app.engine.script = () =>
      Promise.reject(new EngineFailure({ code: 'STORAGE_ACCESS_DENIED', message: 'No right.', advice: 'Give it.' }));
    await app.until('analyst', await app.start('analyst', connection, place), 'failed');
    expect((await board()).items).toMatchObject([{ reason: expect.stringContaining('No right.') as string }]);
    manifest({ cc_claim: 60 }, '"m2"');
    await check();
    expect((await board()).items).toMatchObject([{ state: 'fresh', reason: null }]);
  });

  it('tells the rules on freshness what is late or blocked, and when it is over, once each', async () => {
    const rule = randomUUID();
    // Nobody can open this webhook: what is to be sent is looked at where it is written down.
    await app.sql(
      `INSERT INTO alert_rules (id, name, condition, target, comparison, window_minutes, hysteresis, for_minutes, enabled, webhook_sealed)
       VALUES ($1, 'Tables', 'freshness', $2, 'above', 1, 0, 0, true, '\\x00'),
              (gen_random_uuid(), 'Elsewhere', 'freshness', 's3://elsewhere/raw', 'above', 1, 0, 0, true, '\\x00')`,
      [rule, target()],
    );
    const told = [
      { table: 'cc_claim', watermark: 0, fence: 90 },
      { table: 'cc_user', watermark: 90, fence: 90 },
    ];
    /** People are told after the end of a run is said. */
    const messages = async (count: number): Promise<{ rule_id: string; payload: Json }[]> => {
      for (let tries = 0; ; tries++) {
        const found = await app.sql<{ rule_id: string; payload: Json }>(
          'SELECT rule_id, payload FROM alert_deliveries ORDER BY created_at',
        );
        if (found.length >= count || tries === 200) return found;
        await delay(20);
      }
    };
    const failed = { table: 'cc_user', fence: 90, outcome: 'failed' } as const;
    await ran(told);
    await threshold(60);
    await ran(told);
    await ran([{ table: 'cc_claim', watermark: 0, fence: 90 }, failed]);
    await messages(2);
    const metrics = app.http.nest.get(FeatureCounters).all.map((one) => [one.name, one.read()]);
    await ran([{ table: 'cc_claim', watermark: 90, fence: 90 }, failed]);
    await messages(3);
    manifest({ cc_claim: 90 }, '"m2"');
    await check();
    await ran(told.map((one) => ({ ...one, watermark: 90 })));

    const all = await messages(4);
    expect(all.map(({ rule_id }) => rule_id)).toEqual([rule, rule, rule, rule]);
    expect(all.map(({ payload }) => payload)).toMatchObject([
      {
        event: 'firing',
        value: 1,
        tables: [{ table: 'cc_claim', state: 'late', behind_seconds: 5_400, threshold_seconds: 3_600 }],
        over: [],
      },
      { event: 'firing', value: 2, tables: [{ table: 'cc_user', state: 'blocked' }, { table: 'cc_claim' }] },
      { event: 'firing', value: 1, tables: [{ table: 'cc_user' }], over: [{ table: 'cc_claim', state: 'fresh' }] },
      { event: 'resolved', value: 0, tables: [], over: [{ table: 'cc_user' }], over_count: 1 },
    ]);
    expect(Object.fromEntries(metrics)).toMatchObject({
      lakescope_ingestion_behind_seconds: [[{ target: target() }, 5_400]],
      lakescope_ingestion_tables_in_alarm: [
        [{ target: target(), state: 'late' }, 1],
        [{ target: target(), state: 'blocked' }, 1],
      ],
    });
  });

  it('reads a manifest once for everybody who asks meanwhile, and refuses what cannot be meant', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    let reads = 0;
    let answer: (read: ManifestReading) => void = () => undefined;
    const read = new Promise<ManifestReading>((resolve) => (answer = resolve));
    app.engine.manifests.set(`${place}/cda/manifest.json`, () => {
      reads++;
      return read;
    });
    const asked = Promise.all(Array.from({ length: 5 }, () => check()));
    while (reads === 0) await delay(10);
    setTimeout(() => answer('not-modified'), 200);

    expect((await asked).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(reads).toBe(1);
    for (const wrong of [{}, { target_uri: target(), job_id: randomUUID() }, { target_uri: '/tmp/raw' }])
      expect((await check(wrong)).status).toBe(400);
    for (const minutes of [0, 1.5, 600_000]) expect((await threshold(minutes)).status).toBe(400);
  });

  it('gives up a look that nobody waits for any more, and does not take that for the source being away', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    let reads = 0;
    app.engine.manifests.set(`${place}/cda/manifest.json`, () => {
      reads++;
      return new Promise(() => undefined);
    });
    const leaving = new AbortController();
    const asked = app
      .open('analyst', '/jobs/freshness/check', {
        method: 'POST',
        json: { target_uri: target() },
        signal: leaving.signal,
      })
      .catch((error: unknown) => error);
    while (reads === 0) await delay(10);
    leaving.abort();
    await asked;
    manifest({ cc_claim: 90 }, '"m2"');
    // Had the look gone on, this one would wait for its answer.
    const { body } = await check();

    expect(body).toMatchObject({ items: [{ failure: null, not_modified: false }] });
    expect((await board()).items).toMatchObject([{ behind_seconds: 1_800 }]);
  });

  it('refuses more looks than can wait, with when to come again', async () => {
    const held: (() => void)[] = [];
    const places = Array.from({ length: 3 }, () => randomUUID());
    for (const one of places) {
      place = one;
      await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
      app.engine.manifests.set(
        `${one}/cda/manifest.json`,
        () => new Promise<ManifestReading>((answer) => held.push(() => answer('not-modified'))),
      );
    }
    const looks = places.map((one) => check({ target_uri: `s3://${BUCKET}/${one}/raw` }));
    const [first] = await Promise.race([Promise.all(looks), ...looks.map(async (look) => [await look])]);
    while (held.length < 2) await delay(10);
    for (const answer of held) answer();
    const statuses = (await Promise.all(looks)).map(({ status }) => status).sort();

    expect(first).toMatchObject({ status: 503, body: { error_code: 'SERVICE_UNAVAILABLE', retry_after: 5 } });
    expect(statuses).toEqual([200, 200, 503]);
  });

  it('is forgotten by its owner and by administrators, with its thresholds, and told again by the next run', async () => {
    await ran([{ table: 'cc_claim', watermark: 0, fence: 90 }]);
    await threshold(60);
    const { analyst } = stack.workspace.personas;
    const way = `/jobs/freshness?target_uri=${encodeURIComponent(target())}`;
    const forget = (as: Persona, more = '') => app.ask(as, 'DELETE', `${way}${more}`);

    expect((await forget('engineer')).status).toBe(404);
    expect((await forget('engineer', `&user_id=${encodeURIComponent(analyst.userName)}`)).status).toBe(403);
    expect((await forget('analyst', `&manifest_uri=${encodeURIComponent('s3://other/manifest.json')}`)).status).toBe(
      404,
    );
    expect((await forget('admin', `&user_id=${encodeURIComponent(analyst.userName)}`)).status).toBe(204);
    expect(await board()).toMatchObject({ items: [], summary: { targets: [] } });
    expect((await app.ask('analyst', 'GET', '/jobs/freshness/thresholds')).body['items']).toEqual([]);
    // The manifest is the one of the run before; what it says of the tables is wanted once more.
    await ran([{ table: 'cc_claim', watermark: 0, fence: 90 }]);
    expect((await board()).items).toMatchObject([{ table: 'cc_claim', threshold_seconds: null }]);
    expect((await forget('analyst')).status).toBe(204);
    expect(
      await app.sql(
        `SELECT details FROM audit_log WHERE action = 'freshness.delete' AND outcome = 'success' ORDER BY id`,
      ),
    ).toMatchObject([{ details: { of_another_person: true } }, { details: {} }]);
  });

  it('is asked of the tables although another person has found the manifest unchanged', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    const own = await app.connect('engineer');
    const known: unknown[] = [];
    app.engine.script = (order, controls) => {
      known.push(order.manifestEtag);
      return script([{ table: 'cc_claim', watermark: 60, fence: 60 }])(order, controls);
    };
    await app.until('engineer', await app.start('engineer', own, place), 'completed');
    await app.until('engineer', await app.start('engineer', own, place), 'completed');

    expect(known).toEqual([undefined, '"m1"']);
    expect((await board('', 'engineer')).items).toMatchObject([{ table: 'cc_claim' }]);
  });

  it('is kept for as long as jobs are after the last run and the last look, and thresholds with it', async () => {
    await ran([{ table: 'cc_claim', watermark: 0, fence: 90 }]);
    await threshold(60);
    const retention = app.http.nest.get(JobsRetention);
    await app.sql(`UPDATE ingestion_thresholds SET updated_at = now() - interval '366 days'`);
    await retention.run();
    const kept = (await board()).items;
    await app.sql(`UPDATE ingestion_feeds SET updated_at = now() - interval '366 days'`);
    await retention.run();

    expect(kept).toMatchObject([{ threshold_seconds: 3_600 }]);
    expect(await app.sql('SELECT FROM ingestion_freshness')).toEqual([]);
    expect(await app.sql('SELECT FROM ingestion_thresholds')).toEqual([]);
  });

  it('counts a look of a run that finds the manifest unchanged, for the tables of that manifest', async () => {
    await ran([{ table: 'cc_claim', watermark: 60, fence: 60 }]);
    await app.sql(`UPDATE ingestion_freshness SET checked_at = checked_at - interval '1 day'`);
    app.engine.script = async ({ manifestEtag }, { onEvents }) => {
      await onEvents([{ type: 'manifest', etag: manifestEtag, tables: [], unchanged: true }]);
      return resultOf('unchanged', [], manifestEtag);
    };
    const { status } = await app.ask('analyst', 'POST', '/jobs', jobRequest(connection, place));
    expect(status).toBe(202);
    for (let tries = 0; tries < 200; tries++) {
      const [item] = (await board()).items;
      if (Date.parse(String(item?.['checked_at'])) > Date.now() - 60_000) return;
      await delay(20);
    }
    throw new Error('The look of the run was not counted');
  });
});
