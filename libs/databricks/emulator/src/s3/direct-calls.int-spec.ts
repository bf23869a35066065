import { mkdir, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { HeadObjectCommand, type S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Objects, S3Storage, type DeltaErrorCode, type S3Object } from '@lakescope/delta';
import { newChecksum } from './checksums';
import { givenS3, type GivenS3 } from '../testing/given-s3';

const bucket = 'lakescope-lake';
const RANGE = { offset: 0, length: 4 };

/** Stands for the agents that let nobody into private networks. */
class Guard extends Agent {
  isClosed = false;
  isSlow = false;

  override createConnection(...args: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    if (this.isClosed) throw Object.assign(new Error('Nobody may go there'), { code: 'EACCES' });
    // Nobody answers, and nobody says so.
    if (this.isSlow) return Object.assign(new Socket(), { connecting: true });
    return super.createConnection(...args);
  }
}

/** What S3Storage sends by itself, once it has seen how the client sends. */
describe("Delta's S3 storage that knows the way", () => {
  let s3: GivenS3;
  beforeAll(async () => {
    s3 = await givenS3();
  });
  afterEach(() => s3.endpoint.faults.clear());
  afterAll(() => s3.stop());

  /** With an object that is called `object`. */
  const given = async (prefix: string, config: Partial<S3ClientConfig> = {}) => {
    const client = s3.client(undefined, config);
    let seen = 0;
    client.middlewareStack.add((next) => (args) => {
      seen += 1;
      return next(args);
    });
    const root = new S3Storage({ client: s3.client(), bucket, prefix });
    await root.putIfAbsent('object', Buffer.from('0123456789'));
    const storage = new S3Storage({ client, bucket, prefix, pauseMs: 10 });
    await storage.read('object', { range: RANGE });
    return { client, storage, seen: () => seen };
  };
  const plan = (planned: Parameters<GivenS3['endpoint']['faults']['add']>[0]): void => {
    s3.endpoint.faults.clear();
    s3.endpoint.faults.add(planned);
  };
  const sent = (method: string, key: string): number =>
    s3.requestLog.entries().filter((entry) => entry.method === method && entry.path === `/${bucket}/${key}`).length;

  it('reads ranges and puts commits without going through the client again, whatever keys are called', async () => {
    const { storage, seen } = await given('known');
    const names = ['0.json', "a b+c&d='e'(f)!*~%41#?@:;,$[]", 'ä\u{1f600}', 'deep/er/x', '.hidden'];
    for (const name of names) await storage.putIfAbsent(name, Buffer.from(`of ${name}`));
    for (const name of names) {
      expect(Buffer.from(await storage.read(name, { range: { last: 1_000 } })).toString()).toBe(`of ${name}`);
    }
    expect(seen()).toBe(1);
    const read = async (range: { offset: number; length: number } | { last: number }): Promise<string> =>
      Buffer.from(await storage.read('object', { range })).toString();
    expect(await read({ offset: 3, length: 4 })).toBe('3456');
    expect(await read({ offset: 8, length: 10 })).toBe('89');
    expect(await read({ offset: 20, length: 10 })).toBe('');
    expect(await read({ last: 3 })).toBe('789');
    expect(seen()).toBe(1);
  });

  it('sends the checksum of what it puts, without which buckets with Object Lock take nothing', async () => {
    const { storage, seen } = await given('summed', { requestChecksumCalculation: 'WHEN_REQUIRED' });
    // The last one is too large for the short way.
    for (const size of [0, 9, 70_000, 2 ** 20 + 1]) {
      const body = Buffer.alloc(size, '123456789');
      await storage.putIfAbsent(`${size}`, body);
      const object = new HeadObjectCommand({ Bucket: bucket, Key: `summed/${size}`, ChecksumMode: 'ENABLED' });
      const expected = newChecksum('crc32');
      expected.update(body);
      expect((await s3.client().send(object)).ChecksumCRC32).toBe(expected.digest());
    }
    expect(seen()).toBe(2);
  });

  it('lists as the client does, page by page, and asks again for a page that was cut', async () => {
    const { client, storage, seen } = await given('listed');
    const folder = join(s3.stateDirectory, 'tables/listed/many');
    await mkdir(folder, { recursive: true });
    for (let index = 0; index < 1_005; index += 1)
      await writeFile(join(folder, `${String(index).padStart(4, '0')}`), 'x');
    for (const name of ['a b+c&d=(e)%41', 'ä<\u{1f600}>']) await storage.putIfAbsent(`many/${name}`, Buffer.from('x'));
    const listed = async (by: S3Client, startAfter?: string): Promise<S3Object[]> => {
      const all: S3Object[] = [];
      const options = startAfter === undefined ? {} : { startAfter: `listed/many/${startAfter}` };
      const objects = new S3Objects({ client: by, bucket, pauseMs: 10 });
      for await (const object of objects.list('listed/many/', options)) all.push(object);
      return all;
    };
    const before = seen();

    plan({ method: 'GET', cut: 'body', times: 1 });
    const direct = await listed(client);
    expect(direct).toHaveLength(1_007);
    expect(direct).toEqual(await listed(s3.client()));
    expect((await listed(client, '1003')).map(({ key }) => key.slice('listed/many/'.length))).toEqual([
      '1004',
      'a b+c&d=(e)%41',
      'ä<\u{1f600}>',
    ]);
    expect(seen()).toBe(before);
  });

  it('never puts a commit over another one', async () => {
    const { storage } = await given('first');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => storage.putIfAbsent('0.json', Buffer.alloc(5_000, index))),
    );

    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [codeOf(outcome.reason)] : []));
    expect(lost).toEqual(Array.from({ length: 7 }, () => 'ALREADY_EXISTS'));
    expect(new Set(await storage.read('0.json')).size).toBe(1);
  });

  it('finds out what became of a write whose answer was lost', async () => {
    const { storage } = await given('lost');
    plan({ method: 'PUT', status: 500, afterHandler: true, times: 1 });
    await storage.putIfAbsent('ours', Buffer.from('ours'));
    plan({ method: 'PUT', cut: 'connection', afterHandler: true, times: 1 });
    await storage.putIfAbsent('ours too', Buffer.from('ours'));
    plan({ method: 'PUT', status: 409, times: 1 });
    await storage.putIfAbsent('conflict', Buffer.from('again'));
    plan({ cut: 'connection' });
    expect(await failureOf(storage.putIfAbsent('unknown', Buffer.from('x')))).toBe('WRITE_OUTCOME_UNKNOWN');
  });

  it('waits when the store is busy, reads on where it was cut, and names what is missing', async () => {
    const { storage } = await given('busy');
    plan({ status: 503, times: 2 });
    await storage.putIfAbsent('waited', Buffer.from('x'));
    plan({ method: 'GET', status: 503 });
    const before = sent('GET', 'busy/object');
    expect(await failureOf(storage.read('object', { range: RANGE }))).toBe('STORAGE_THROTTLED');
    expect(sent('GET', 'busy/object') - before).toBe(5);

    plan({ method: 'GET', cut: 'body', times: 2 });
    expect(Buffer.from(await storage.read('object', { range: { offset: 1, length: 9 } })).toString()).toBe('123456789');
    s3.endpoint.faults.clear();
    expect(await failureOf(storage.read('none', { range: RANGE }))).toBe('STORAGE_NOT_FOUND');
  });

  it('asks for credentials again once when they have expired, and signs again with a corrected clock', async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return s3.endpoint.issue({ location: `s3://${bucket}/session/`, readOnly: false, expiresInMs: 3_600_000 });
    };
    const { client, storage } = await given('session', { credentials });
    plan({ token: 'expired', times: 1 });
    await storage.putIfAbsent('after', Buffer.from('x'));
    expect(asked).toBe(2);
    plan({ token: 'expired' });
    expect(await failureOf(storage.read('object', { range: RANGE }))).toBe('STORAGE_CREDENTIALS_REJECTED');

    s3.endpoint.faults.clear();
    client.config.systemClockOffset = 3_600_000;
    expect(Buffer.from(await storage.read('object', { range: RANGE })).toString()).toBe('0123');
    expect(Math.abs(client.config.systemClockOffset)).toBeLessThan(60_000);
  });

  it('says which right is missing, and ends when the caller leaves', async () => {
    const keys = s3.endpoint.issue({ location: `s3://${bucket}/mine/`, readOnly: true, expiresInMs: 60_000 });
    const { storage } = await given('mine', { credentials: keys });
    expect(await failureOf(storage.putIfAbsent('x', Buffer.from('x')))).toBe('STORAGE_ACCESS_DENIED');

    plan({ method: 'GET', delayMs: 700, times: 1 });
    const leave = new AbortController();
    const reading = storage.read('object', { range: RANGE, signal: leave.signal });
    setTimeout(() => leave.abort(new Error('the caller left')), 50);
    await expect(reading).rejects.toThrow('the caller left');
  });

  it('leaves it to the client where requests are not signed in the plain way', async () => {
    const open: Partial<S3ClientConfig> = { followRegionRedirects: true };
    const redirected = await given('redirects', open);
    await redirected.storage.read('object', { range: RANGE });
    expect(redirected.seen()).toBe(2);

    // Signed by somebody else than the one the client speaks for.
    const { signer } = s3.client().config;
    for (const accessKeyId of ['nobody', s3.endpoint.rootKeys.accessKeyId]) {
      const credentials = { accessKeyId, secretAccessKey: 'none' };
      const signed = await given(`signed/${accessKeyId}`, { signer, credentials });
      await signed.storage.read('object', { range: RANGE });
      expect(signed.seen()).toBe(2);
    }
  });

  it('leaves it to a handler that wants to see every request', async () => {
    let handled = 0;
    const watched = s3.client();
    const { requestHandler } = watched.config;
    const handle = requestHandler.handle.bind(requestHandler);
    const counting: typeof handle = (request, options) => {
      handled += 1;
      return handle(request, options);
    };
    // Replaced in the one the client has, and inherited.
    const inherited = Object.create(requestHandler, { handle: { value: counting } }) as typeof requestHandler;
    requestHandler.handle = counting;
    await given('seen');
    for (const client of [watched, s3.client(undefined, { requestHandler: inherited })]) {
      const storage = new S3Storage({ client, bucket, prefix: 'seen', pauseMs: 10 });
      for (let time = 0; time < 3; time += 1) await storage.read('object', { range: RANGE });
    }
    expect(handled).toBe(6);
  });

  it('keeps to the connections of the client', async () => {
    const guard = new Guard();
    const { storage } = await given('guarded', { requestHandler: { httpAgent: guard } });
    await storage.read('object', { range: RANGE });
    guard.isClosed = true;
    expect(await failureOf(storage.read('object', { range: RANGE }))).toBe('STORAGE_UNAVAILABLE');
  });

  it('ends for a caller who leaves while it waits for a connection', async () => {
    const { storage } = await given('queued', { requestHandler: { httpAgent: new Agent({ maxSockets: 1 }) } });
    plan({ method: 'GET', delayMs: 1_000, times: 1 });
    const first = storage.read('object', { range: RANGE });
    const leave = new AbortController();
    const queued = storage.read('object', { range: RANGE, signal: leave.signal });
    setTimeout(() => leave.abort(new Error('the caller left')), 20);
    await expect(Promise.race([queued, first])).rejects.toThrow('the caller left');
    await first;
  });

  it('waits no longer for a connection than the client does', async () => {
    const guard = new Guard();
    const { storage } = await given('slow', { requestHandler: { httpAgent: guard, connectionTimeout: 20 } });
    guard.isSlow = true;
    await expect(storage.read('object', { range: RANGE })).rejects.toThrow('no answer in time');
  });
});

function codeOf(error: unknown): DeltaErrorCode {
  return (error as { code: DeltaErrorCode }).code;
}

async function failureOf(act: Promise<unknown>): Promise<DeltaErrorCode> {
  return act.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: unknown) => codeOf(error),
  );
}
