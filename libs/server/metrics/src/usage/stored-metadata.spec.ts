import { storedMetadata } from './stored-metadata';
import { UsageLimits } from './usage-limits';

const limits = new UsageLimits();

describe('metadata', () => {
  it('is stored as it is', () => {
    expect(stored({ view: 'table', rows: 12, ratio: 1.5e-9, deep: { a: [true, null, 'é😀'] } })).toBe(
      '{"view":"table","rows":12,"ratio":1.5e-9,"deep":{"a":[true,null,"é😀"]}}',
    );
  });

  it('may be 5 levels deep', () => {
    expect(refused(nested(5))).toBeUndefined();
    expect(refused(nested(6))).toBe('metadata is nested more than 5 levels deep');
  });

  it('may not be nested so deep that looking at it is a danger', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);

    expect(refused(deep)).toBe('metadata is nested more than 5 levels deep');
  });

  it.each(['1e400', '-1e400'])('may not hold %s, which is no number any more', (number) => {
    expect(refused(JSON.parse(`{"a":[${number}]}`))).toBe('metadata holds a number that is too large');
  });

  it.each([
    [{ a: '\u0000' }],
    [{ '\u0000': 1 }],
    [{ a: ['x\\\u0000'] }],
    [{ a: '\ud83d' }],
    [{ '\ude00': 1 }],
    [{ a: '\\\\\ud83d' }],
  ])('may not hold text that no database takes: %j', (metadata) => {
    expect(refused(metadata)).toBe('metadata holds the character U+0000, or text that is no valid Unicode');
  });

  it('may speak of such text', () => {
    expect(refused({ a: '\\u0000 and \\ud83d', b: 'C:\\users\\d800' })).toBeUndefined();
  });

  it('has as many characters as Postgres prints for it, not as many as were sent', () => {
    const [fits, isTooLong] = [{ a: 'x'.repeat(4086) }, { a: 'x'.repeat(4089) }];

    expect([refused(fits), refused(isTooLong)]).toEqual([undefined, 'metadata has more than 4096 characters']);
    // Every one of them becomes 300 digits.
    expect(refused({ a: Array.from({ length: 20 }, () => 1e300) })).toBe('metadata has more than 4096 characters');
    expect(refused({ a: Array.from({ length: 2000 }, () => 1) })).toBe('metadata has more than 4096 characters');
    expect(refused({ a: Array.from({ length: 100 }, () => 0) })).toBeUndefined();
  });

  it('is short enough also after secrets were taken out, which makes it longer', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`token_${index}_token`, 1]));

    expect(JSON.stringify(many).length).toBeLessThan(7_000);
    expect(refused(many)).toBe('metadata has more than 4096 characters');
  });

  it('keeps no secret, by its name, by its looks, or inside of text', () => {
    const json = stored({
      password: 'canary-1',
      nested: { api_key: 'canary-2', list: [{ clientSecret: 'canary-3' }] },
      header: 'Bearer canary-4-canary',
      url: 'https://bucket.example/x?X-Amz-Signature=canary-5&y=1',
      jwt: 'eyJhbGciOiJub25lIn0.canary-6.x',
      text: '{"token": "canary-7"}',
      'pwd=canary-8': 1,
      dsn: 'postgres://ada:canary-9@db.example/x',
    });

    expect(json).not.toContain('canary');
    expect(() => void JSON.parse(json)).not.toThrow();
  });
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

function verdict(metadata: unknown): ReturnType<typeof storedMetadata> {
  return storedMetadata(metadata as Record<string, unknown>, limits);
}

function stored(metadata: unknown): string {
  const answer = verdict(metadata);
  return 'json' in answer ? answer.json : answer.reason;
}

function refused(metadata: unknown): string | undefined {
  const answer = verdict(metadata);
  return 'reason' in answer ? answer.reason : undefined;
}
