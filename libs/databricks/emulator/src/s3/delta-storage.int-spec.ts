import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Storage, type DeltaErrorCode, type StorageEntry } from '@lakescope/delta';
import { givenS3, type GivenS3 } from '../testing/given-s3';

const bucket = 'lakescope-lake';

describe("Delta's S3 storage", () => {
  let s3: GivenS3;
  let clock = 0;
  beforeAll(async () => {
    s3 = await givenS3(() => Date.now() + clock);
  });
  afterEach(() => {
    s3.endpoint.faults.clear();
    clock = 0;
  });
  afterAll(() => s3.stop());

  const storage = (prefix: string, config: Partial<S3ClientConfig> = {}, stallMs?: number): S3Storage =>
    new S3Storage({ client: s3.client(undefined, config), bucket, prefix, stallMs, pauseMs: 20 });
  const sent = (method: string, key: string): number =>
    s3.requestLog.entries().filter((entry) => entry.method === method && entry.path === `/${bucket}/${key}`).length;
  const codeOf = async (act: Promise<unknown>): Promise<DeltaErrorCode> => (await failureOf(act)).code;

  it('lists direct children in byte order of their names after a name, page by page', async () => {
    const lake = storage('listed');
    const names = ['a', 'a-b', 'a+b &%', 'ä', '\u{1f600}', '\uffee', 'line\nfeed'];
    for (const name of names) await lake.putIfAbsent(`t/${name}`, Buffer.from(name));
    await lake.putIfAbsent('t/a-b.d/x', Buffer.from('x'));
    await lake.putIfAbsent('t/deep/_delta_log/0', Buffer.from('x'));

    const entries = await collect(lake.list('t'));

    const sorted = [...names, 'a-b.d', 'deep'].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    expect(entries.map(({ name }) => name)).toEqual(sorted);
    expect(entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name)).toEqual(['a-b.d', 'deep']);
    expect(entries.find(({ name }) => name === 'a-b')).toMatchObject({ sizeBytes: 3, modifiedAt: expect.any(Number) });
    const after = await collect(lake.list('t', { startAfter: 'a-b.d' }));
    expect(after.map(({ name }) => name)).toEqual(sorted.slice(sorted.indexOf('a-b.d') + 1));
    expect(await collect(lake.list('t', { startAfter: '\u{1f601}' }))).toEqual([]);
    expect((await collect(storage('listed/t').list(''))).length).toBe(sorted.length);
  });

  it('follows the pages of a long listing', async () => {
    const folder = join(s3.stateDirectory, 'tables/long/log');
    await mkdir(folder, { recursive: true });
    for (let index = 0; index < 1_005; index += 1) {
      await writeFile(join(folder, `${String(index).padStart(20, '0')}.json`), '');
    }
    const lake = storage('long');

    const entries = await collect(lake.list('log'));

    expect(entries).toHaveLength(1_005);
    expect(entries.at(-1)?.name).toBe('00000000000000001004.json');
  });

  it('reads whole objects, ranges and ends, and says what is missing', async () => {
    const lake = storage('read');
    await lake.putIfAbsent('object', Buffer.from('0123456789'));
    await lake.putIfAbsent('empty', Buffer.alloc(0));
    const text = async (range?: { offset: number; length: number } | { last: number }, path = 'object') =>
      Buffer.from(await lake.read(path, { range })).toString();

    expect(await text()).toBe('0123456789');
    expect(await text({ offset: 3, length: 4 })).toBe('3456');
    expect(await text({ offset: 8, length: 10 })).toBe('89');
    expect(await text({ offset: 20, length: 10 })).toBe('');
    expect(await text({ last: 3 })).toBe('789');
    expect(await text({ last: 30 })).toBe('0123456789');
    expect(await text(undefined, 'empty')).toBe('');
    expect(await text({ last: 3 }, 'empty')).toBe('');
    expect(await lake.head('object')).toEqual({ sizeBytes: 10, modifiedAt: expect.any(Number) });
    expect(await lake.head('none')).toBeUndefined();
    expect(await codeOf(lake.read('none'))).toBe('STORAGE_NOT_FOUND');
    expect(await codeOf(collect(lake.list('none')))).toBe('STORAGE_NOT_FOUND');
    expect(await codeOf(new S3Storage({ client: s3.client(), bucket: 'no-such-bucket' }).read('x'))).toBe(
      'STORAGE_NOT_FOUND',
    );
    expect(await codeOf(lake.read('../other'))).toBe('INVALID_REQUEST');
  });

  it('reads the rest again when a connection is cut in the middle of a body', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    const lake = storage('cut');
    await lake.putIfAbsent('object', bytes);
    plan(s3, { method: 'GET', cut: 'body', times: 3 });

    expect(bytes.equals(await lake.read('object'))).toBe(true);

    plan(s3, { method: 'GET', cut: 'body', times: 2 });
    const range = { offset: 1_000_000, length: 1_500_000 };
    expect(bytes.subarray(1_000_000, 2_500_000).equals(await lake.read('object', { range }))).toBe(true);

    plan(s3, { method: 'GET', cut: 'body' });
    expect(await failureOf(storage('cut').read('object'))).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('end too early'),
    });
  });

  it('gives up a connection on which nothing moves, and the caller whenever it wants', async () => {
    const lake = storage('stalled', {}, 100);
    await lake.putIfAbsent('object', Buffer.from('here'));
    plan(s3, { method: 'GET', delayMs: 700, times: 1 });

    expect(Buffer.from(await lake.read('object')).toString()).toBe('here');

    plan(s3, { method: 'GET', delayMs: 700, times: 1 });
    const abort = new AbortController();
    const reading = storage('stalled').read('object', { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('the caller left')), 50);
    await expect(reading).rejects.toThrow('the caller left');
  });

  it('waits when the store is busy, and says so when it stays so', async () => {
    const lake = storage('busy');
    plan(s3, { status: 503, times: 2 });
    await lake.putIfAbsent('object', Buffer.from('x'));
    plan(s3, { method: 'GET', status: 503, times: 2 });
    expect(await collect(lake.list(''))).toHaveLength(1);

    plan(s3, { method: 'GET', status: 503 });
    const before = sent('GET', 'busy/object');
    expect(await codeOf(lake.read('object'))).toBe('STORAGE_THROTTLED');
    expect(sent('GET', 'busy/object') - before).toBe(5);
  });

  it('asks for credentials again once when they have expired while reading', async () => {
    await storage('session').putIfAbsent('object', Buffer.from('x'));
    let asked = 0;
    const provider = async () => {
      asked += 1;
      return s3.endpoint.issue({ location: `s3://${bucket}/session/`, readOnly: true, expiresInMs: 60_000 });
    };
    const lake = storage('session', { credentials: provider });
    await lake.read('object');
    expect(asked).toBe(1);
    plan(s3, { token: 'expired', times: 1 });

    expect(Buffer.from(await lake.read('object')).toString()).toBe('x');
    expect(asked).toBe(2);
    plan(s3, { method: 'HEAD', token: 'expired', times: 1 });
    expect(await lake.head('object')).toMatchObject({ sizeBytes: 1 });

    plan(s3, { token: 'expired' });
    expect(await failureOf(lake.read('object'))).toMatchObject({
      code: 'STORAGE_CREDENTIALS_REJECTED',
      fault: 'EXPIRED',
    });
    expect(await failureOf(lake.head('object'))).toMatchObject({ fault: 'EXPIRED' });
  });

  it('says which right is missing', async () => {
    const keys = s3.endpoint.issue({ location: `s3://${bucket}/mine/`, readOnly: true, expiresInMs: 60_000 });
    const theirs = storage('theirs', { credentials: keys });
    const denied = { code: 'STORAGE_ACCESS_DENIED' };

    expect(await failureOf(theirs.read('x'))).toMatchObject({ ...denied, right: 's3:GetObject' });
    expect(await failureOf(theirs.head('x'))).toMatchObject({ ...denied, right: 's3:GetObject' });
    expect(await failureOf(collect(theirs.list('')))).toMatchObject({ ...denied, right: 's3:ListBucket' });
    expect(await failureOf(storage('mine', { credentials: keys }).putIfAbsent('x', Buffer.from('x')))).toMatchObject({
      ...denied,
      right: 's3:PutObject',
      path: `s3://${bucket}/mine/x`,
    });
  });

  it('signs again with a corrected clock once, and then names what is wrong', async () => {
    const lake = storage('clock');
    await lake.putIfAbsent('object', Buffer.from('x'));
    const hourAhead = { systemClockOffset: 3_600_000 };
    expect(Buffer.from(await storage('clock', hourAhead).read('object')).toString()).toBe('x');
    expect(await storage('clock', hourAhead).head('object')).toMatchObject({ sizeBytes: 1 });
    // An answer that does not say what time it is cannot correct anything.
    clock = 3_600_000;
    expect(await failureOf(storage('clock', { disableClockSkewCorrection: true }).read('object'))).toMatchObject({
      fault: 'CLOCK',
    });
    clock = 0;

    const wrong = { accessKeyId: s3.endpoint.rootKeys.accessKeyId, secretAccessKey: 'not-the-secret-of-this-key' };
    const before = sent('GET', 'clock/object');
    const failure = await failureOf(storage('clock', { credentials: wrong }).read('object'));
    expect(failure).toMatchObject({ code: 'STORAGE_CREDENTIALS_REJECTED', fault: 'SIGNATURE' });
    expect(sent('GET', 'clock/object') - before).toBe(2);
    const nobody = { accessKeyId: 'AKIANOBODYNOBODYNOBO', secretAccessKey: 'secret' };
    expect(await failureOf(storage('clock', { credentials: nobody }).read('object'))).toMatchObject({
      fault: 'UNKNOWN',
    });
    for (const secret of [wrong.accessKeyId, wrong.secretAccessKey]) {
      expect(`${failure.stack} ${JSON.stringify(failure.cause)} ${String(failure.cause)}`).not.toContain(secret);
    }
  });

  it('names a store that is not there, in time', async () => {
    const lake = storage('x', { endpoint: 'http://127.0.0.1:1' });

    expect(await failureOf(lake.read('y'))).toMatchObject({ code: 'STORAGE_UNAVAILABLE', reason: 'ECONNREFUSED' });
  });

  it('lets one of many writers create an object', async () => {
    const lake = storage('race');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => lake.putIfAbsent('log/0.json', Buffer.alloc(50_000, index))),
    );

    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(7);
    expect(new Set(lost.map(({ reason }) => (reason as { code: string }).code))).toEqual(new Set(['ALREADY_EXISTS']));
    expect(new Set(await lake.read('log/0.json')).size).toBe(1);
  });

  it('finds out what became of a write whose answer was lost', async () => {
    const lake = storage('lost');
    // Written, and the answer is an error: the second try meets the first one's object.
    plan(s3, { method: 'PUT', status: 500, afterHandler: true, times: 1 });
    await lake.putIfAbsent('ours', Buffer.from('ours'));
    plan(s3, { method: 'PUT', cut: 'connection', afterHandler: true, times: 1 });
    await lake.putIfAbsent('ours too', Buffer.from('ours'));
    // Not written at all.
    plan(s3, { method: 'PUT', cut: 'connection', times: 1 });
    await lake.putIfAbsent('later', Buffer.from('later'));
    plan(s3, { method: 'PUT', status: 409, times: 1 });
    await lake.putIfAbsent('conflict', Buffer.from('again'));
    expect(Buffer.from(await lake.read('conflict')).toString()).toBe('again');
    // Another writer was there before.
    await storage('lost').putIfAbsent('theirs', Buffer.from('theirs'));
    plan(s3, { method: 'PUT', status: 500, times: 1 });
    expect(await codeOf(lake.putIfAbsent('theirs', Buffer.from('ours')))).toBe('ALREADY_EXISTS');
    // The client's own second try counts as well.
    plan(s3, { method: 'PUT', status: 500, afterHandler: true, times: 1 });
    await storage('lost', { maxAttempts: 3 }).putIfAbsent('by the client', Buffer.from('x'));
    // Nobody can say.
    plan(s3, { cut: 'connection' });
    expect(await codeOf(lake.putIfAbsent('unknown', Buffer.from('x')))).toBe('WRITE_OUTCOME_UNKNOWN');
  });

  it('puts a hint in the place of another', async () => {
    const lake = storage('hint');
    await lake.put('_last_checkpoint', Buffer.from('1'));
    await lake.put('_last_checkpoint', Buffer.from('2'));

    expect(Buffer.from(await lake.read('_last_checkpoint')).toString()).toBe('2');
  });
});

function plan(s3: GivenS3, planned: Parameters<GivenS3['endpoint']['faults']['add']>[0]): void {
  s3.endpoint.faults.clear();
  s3.endpoint.faults.add(planned);
}

async function failureOf(act: Promise<unknown>): Promise<Error & { code: DeltaErrorCode }> {
  return act.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: unknown) => error as Error & { code: DeltaErrorCode },
  );
}

async function collect(entries: AsyncIterable<StorageEntry>): Promise<StorageEntry[]> {
  const all: StorageEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}
