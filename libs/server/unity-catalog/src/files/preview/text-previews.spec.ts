import { decodeText } from './preview-text';
import { delimitedPreview, jsonLinesPreview, jsonPreview } from './text-previews';

describe('a preview of delimited values', () => {
  const csv = (text: string, isWhole = true, extension = 'csv') => {
    const { kind, columns, rows, truncated } = delimitedPreview(text, extension, isWhole);
    return { kind, names: columns?.map(({ name }) => name), rows, truncated };
  };

  it('has columns named by the first line, and values as they are', () => {
    expect(csv('a,b\r\n1,"x, ""y""\nz"\r\n,last')).toEqual({
      kind: 'table',
      names: ['a', 'b'],
      rows: [
        ['1', 'x, "y"\nz'],
        ['', 'last'],
      ],
      truncated: false,
    });
  });

  it.each([
    ['a;b\n1,5;2', ['1,5', '2']],
    ['a|b\n1|2', ['1', '2']],
    ['a\tb\n1\t2', ['1', '2']],
    ['"a,b,c";d\n1;2', ['1', '2']],
  ])('finds out what parts the values of %j', (text, row) => {
    expect(csv(text).rows).toEqual([row]);
  });

  it('has as many columns as its widest row, and null where a row is short', () => {
    expect(csv('a,,c\n1\n1,2,3,4')).toMatchObject({
      names: ['a', '2', 'c', '4'],
      rows: [
        ['1', null, null, null],
        ['1', '2', '3', '4'],
      ],
    });
  });

  it('leaves out a last row that was cut, and everything behind the hundredth', () => {
    expect(csv('a\n1\n2', false)).toMatchObject({ rows: [['1']], truncated: true });
    expect(csv('a\n"1\n2', false)).toMatchObject({ rows: [], truncated: true });
    const many = csv(`a\n${Array.from({ length: 101 }, (_, index) => `${index}\n`).join('')}`);
    expect([many.rows?.length, many.truncated]).toEqual([100, true]);
    expect(csv(`a\n${'x\n'.repeat(100)}`)).toMatchObject({ truncated: false });
  });

  it('of a text without a line is that text', () => {
    expect(csv('')).toMatchObject({ kind: 'text', rows: null });
    expect(csv('\n\n')).toMatchObject({ kind: 'text' });
  });
});

describe('a preview of JSON', () => {
  it('is its text, and rows where it is a list of objects', () => {
    expect(jsonPreview('{"a":1}', true)).toMatchObject({ kind: 'json', text: '{"a":1}', rows: null });
    expect(jsonPreview('[{"a":1,"__proto__":2},{"b":[1]}]', true)).toMatchObject({
      columns: [{ name: 'a' }, { name: '__proto__' }, { name: 'b' }],
      rows: [
        [1, 2, null],
        [null, null, [1]],
      ],
    });
  });

  it('is text when it is cut or broken', () => {
    expect(jsonPreview('[{"a":1},{"a', false)).toMatchObject({ kind: 'json', rows: null, truncated: true });
    expect(jsonPreview('{', true)).toMatchObject({ kind: 'text', reason: expect.any(String) });
    expect(jsonLinesPreview('{"a":1}\nno', true)).toMatchObject({ kind: 'text', reason: expect.any(String) });
  });

  it('by lines has a row for each whole line', () => {
    expect(jsonLinesPreview('{"a":1}\r\n\n{"a":2}\n{"a', false)).toMatchObject({
      kind: 'json',
      rows: [[1], [2]],
      truncated: true,
    });
  });
});

describe('bytes', () => {
  it.each([
    ['text', Buffer.from('käse 📈'), true, 'käse 📈'],
    ['text whose last character is cut', Buffer.from('käse 📈').subarray(0, -2), false, 'käse '],
    ['text with a byte order mark', Buffer.from('\ufeffa'), true, 'a'],
    ['text in UTF-16', Buffer.from('\ufeffä', 'utf16le'), true, 'ä'],
    ['nothing', Buffer.alloc(0), true, ''],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d]), true, undefined],
    ['text with NUL', Buffer.from('a\u0000b'), true, undefined],
    ['cut text that is all there is', Buffer.from('ä').subarray(0, 1), true, undefined],
  ])('that are %s are told as such', (_, bytes, isWhole, text) => {
    expect(decodeText(bytes, isWhole)).toBe(text);
  });
});
