import { checkKey, compareKeys, isFileName } from './object-key';

describe('keys of objects', () => {
  it('are ordered as the bytes of UTF-8 are', () => {
    const keys = ['a', 'a/b', 'a!', 'a0', 'é', '\uff5e', '\u{1f600}', '\u{1f600}a', '\ue000', 'Z', '', '\ud7ff'];
    const byBytes = [...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect([...keys].sort(compareKeys)).toEqual(byBytes);
  });

  it.each(['a/b', 'ä ö', 'date=2020-01-01%2000%3A00', '\u{1f600}', '_delta_log/.tmp'])('%j is a path', (key) => {
    expect(isFileName(key)).toBe(true);
  });

  it.each(['a//b', '/a', 'a/', 'a/./b', 'nul\0', `${'x'.repeat(256)}/a`])('%j is kept aside', (key) => {
    expect(isFileName(key)).toBe(false);
    expect(() => checkKey(key)).not.toThrow();
  });

  it.each(['..', 'a/../b', '../a', 'a/..', 'a\\..\\b'])('%j is refused', (key) => {
    expect(() => checkKey(key)).toThrow("Couldn't parse the specified URI.");
  });

  it('may have 1024 bytes and no more', () => {
    expect(() => checkKey('é'.repeat(512))).not.toThrow();
    expect(() => checkKey(`${'é'.repeat(512)}x`)).toThrow('Your key is too long');
  });
});
