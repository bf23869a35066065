import { gzipSync } from 'node:zlib';
import { DomainError } from '@lakescope/server-http';
import { UsageBatches } from './usage-batches';
import { UsageLimits } from './usage-limits';

const batches = new UsageBatches(new UsageLimits());

describe('a batch', () => {
  it('is a list of events of which nothing is known yet', async () => {
    await expect(read('{"events":[1,null,{"a":"é"}]}')).resolves.toEqual([1, null, { a: 'é' }]);
  });

  it('may be compressed', async () => {
    const body = { bytes: gzipSync('{"events":[1]}'), encoding: 'gzip' };

    await expect(batches.read(body)).resolves.toEqual([1]);
    await expect(batches.read({ ...body, encoding: 'x-gzip' })).resolves.toEqual([1]);
  });

  it('may begin with a byte order mark', async () => {
    await expect(read('\ufeff{"events":[1]}')).resolves.toEqual([1]);
  });

  it.each([
    ['', 'The body is not valid JSON'],
    ['{"events":[1]', 'The body is not valid JSON'],
    ['{"events":[NaN]}', 'The body is not valid JSON'],
    ['[1]', 'The body must be an object with a list of events'],
    ['null', 'The body must be an object with a list of events'],
    ['"events"', 'The body must be an object with a list of events'],
    ['{}', 'events must be a list of events'],
    ['{"events":{}}', 'events must be a list of events'],
    ['{"events":"[1]"}', 'events must be a list of events'],
    ['{"events":[]}', 'events must hold at least one event'],
    ['{"events":[1],"user_id":"someone"}', 'user_id is not accepted here'],
    ['{"events":[1],"__proto__":{"x":1}}', '__proto__ is not accepted here'],
  ])('that is %j is refused as a whole', async (text, message) => {
    const error = await refusal(read(text));

    expect([error.code, error.message]).toEqual(['INVALID_REQUEST', message]);
  });

  it('has at most 1000 events', async () => {
    const list = (length: number): string => `{"events":[${new Array<number>(length).fill(1).join(',')}]}`;

    await expect(read(list(1000))).resolves.toHaveLength(1000);
    const error = await refusal(read(list(1001)));
    expect([error.code, error.details]).toEqual(['PAYLOAD_TOO_LARGE', { max_batch_size: 1000, received: 1001 }]);
  });

  it('is inflated up to 1 MB and no further', async () => {
    const inflatesTo = (bytes: number): Buffer =>
      gzipSync(`{"events":[1]}${' '.repeat(bytes - '{"events":[1]}'.length)}`);

    await expect(batches.read({ bytes: inflatesTo(1_000_000), encoding: 'gzip' })).resolves.toEqual([1]);
    const error = await refusal(batches.read({ bytes: inflatesTo(1_000_001), encoding: 'gzip' }));
    expect([error.code, error.details['max_size_bytes']]).toEqual(['PAYLOAD_TOO_LARGE', 1_000_000]);
  });

  it.each([
    ['no gzip at all', Buffer.from('{"events":[1]}')],
    ['half of one', gzipSync('{"events":[1]}').subarray(0, 20)],
    ['nothing', Buffer.alloc(0)],
  ])('that says it is compressed and is %s is refused', async (_, bytes) => {
    const error = await refusal(batches.read({ bytes, encoding: 'gzip' }));

    expect(error.code).toBe('INVALID_REQUEST');
  });

  it.each(['br', 'deflate', 'gzip, gzip', 'zstd'])('in the encoding %s is refused', async (encoding) => {
    const error = await refusal(batches.read({ bytes: Buffer.from('{"events":[1]}'), encoding }));

    expect(error.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });
});

function read(text: string): Promise<readonly unknown[]> {
  return batches.read({ bytes: Buffer.from(text), encoding: undefined });
}

async function refusal(reading: Promise<unknown>): Promise<DomainError> {
  const error: unknown = await reading.then(
    () => new Error('It was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return error;
  throw error;
}
