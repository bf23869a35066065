import { nameRefusal, nextFreeName, visibleName } from './file-name';

describe('a name on the page', () => {
  it('shows what would break the line or be invisible', () => {
    expect(visibleName('two\nlines')).toBe('two␊lines');
    expect(visibleName('a\u007Fb\u0085c')).toBe('a␡b⟨U+0085⟩c');
    expect(visibleName(' spaced  ')).toBe('␠spaced␠␠');
    expect(visibleName('zero\u200Bwidth')).toBe('zero⟨U+200B⟩width');
  });

  it('cannot pretend to be another by turning its direction', () => {
    expect(visibleName('annex\u202Etxt.exe')).toBe('annex⟨U+202E⟩txt.exe');
  });

  it('is left alone when it is only foreign, long or percent-encoded', () => {
    for (const name of ['naïve 👩‍🚀.csv', 'תקציב 2026.xlsx', 'می‌خواهم.txt', 'a%2Fb', 'x'.repeat(255)]) {
      expect(visibleName(name)).toBe(name);
    }
  });

  it('shows half a character, which nothing can be done with', () => {
    expect(visibleName('a\uD800b')).toBe('a⟨U+D800⟩b');
  });
});

describe('nameRefusal', () => {
  it.each(['', 'a/b', '.', '..', '%2e%2E', 'a%2f..%2fb', '..\\b', 'two\nlines', 'half\uD800', 'é'.repeat(128)])(
    'refuses %j',
    (name) => {
      expect(nameRefusal(name)).toEqual(expect.any(String));
    },
  );

  it.each(['a', '...', 'a%2Fb', '.hidden', 'é'.repeat(127), '👩‍🚀', 'a..b', 'x'.repeat(255)])('takes %j', (name) => {
    expect(nameRefusal(name)).toBeUndefined();
  });
});

describe('nextFreeName', () => {
  const next = (name: string, ...taken: string[]) => nextFreeName(name, (candidate) => taken.includes(candidate));

  it('numbers before the extension, and goes on from a number', () => {
    expect(next('trips.csv')).toBe('trips (1).csv');
    expect(next('trips.csv', 'trips (1).csv')).toBe('trips (2).csv');
    expect(next('trips (1).csv', 'trips (1).csv')).toBe('trips (2).csv');
    expect(next('Makefile')).toBe('Makefile (1)');
    expect(next('.hidden')).toBe('.hidden (1)');
  });

  it('stays within the length of a name, without cutting a character in half', () => {
    const long = next(`${'é'.repeat(125)}.csv`);
    expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(255);
    expect(long.endsWith(' (1).csv')).toBe(true);
    expect(nameRefusal(long)).toBeUndefined();
  });
});
