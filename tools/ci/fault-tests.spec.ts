import { existsSync, readFileSync } from 'node:fs';

interface Mapped {
  row: string;
  file: string;
  title: string;
}

/** `| F2 | ... | `path/to.spec.ts`: a test's title |`, several tests of a row divided by `<br>`. */
function mappedTests(page: string): Mapped[] {
  return [...page.matchAll(/^\| ([FS]\d+)\s+\|[^|]*\|(.*)\|$/gm)].flatMap(([, row = '', tests = '']) =>
    testsOf(row, tests),
  );
}

/** `| A case | what happens | what to do | tests |`, written as above. */
function casesOf(page: string): Mapped[] {
  return [...page.matchAll(/^\| ([^|]+?)\s*\|[^|]*\|[^|]*\|([^|]*`[^|]*)\|$/gm)].flatMap(([, row = '', tests = '']) =>
    testsOf(row, tests),
  );
}

function testsOf(row: string, tests: string): Mapped[] {
  return tests.split('<br>').map((test) => {
    const [, file = '', title = ''] = /^\s*`([^`]+)`: (.+?)\s*$/.exec(test) ?? [];
    return { row, file, title };
  });
}

describe.each([
  ['docs/fault-tests.md', mappedTests],
  ['libs/cda/docs/bad-input.md', casesOf],
  ['docs/deploy-bad-input.md', casesOf],
])('%s', (path, read) => {
  const mapped = read(readFileSync(path, 'utf8'));

  it('names tests', () => {
    expect(mapped.length).toBeGreaterThan(20);
  });

  it.each(mapped)('names a test of $row that exists: $file', ({ file, title }) => {
    expect(existsSync(file)).toBe(true);
    // Titles are written over several lines and with either kind of quotes; the words are what counts.
    const words = (text: string): string => text.replace(/\\(['"`])/g, '$1').replace(/\s+/g, ' ');
    expect(words(readFileSync(file, 'utf8'))).toContain(words(title));
  });
});
