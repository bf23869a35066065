import { csvLine } from './csv';

describe('a line of CSV', () => {
  it('holds any text, and tells nothing from empty', () => {
    expect(csvLine(['a', null, 'b,c', 'say "x"', 'two\nlines', '', 1.5])).toBe(
      'a,,"b,c","say ""x""","two\nlines",,1.5\r\n',
    );
  });

  it.each(['=cmd()', '+1', '-1', '@a', '\t=1', '\uff1d1', 'a;=1', 'a\n=1'])('makes no formula of %j', (text) => {
    expect(csvLine([text])).toMatch(/'[=+\-@\uff1d]|^"'\t/);
  });

  it('leaves numbers as they are', () => {
    expect(csvLine([-1])).toBe('-1\r\n');
    expect(csvLine(['9007199254740993'])).toBe('9007199254740993\r\n');
  });
});
