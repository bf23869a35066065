import { nodeAt, pathOf, placeOf, pointerOf, rangeOf, readJson } from './json-document';

const broken = (text: string) => {
  const { error } = readJson(text);
  return error && { ...placeOf(text, error.at), message: error.message };
};

describe('JSON with the place of every value', () => {
  const text = '{\n  "rows": [[9007199254740993, "a\\"b"], [1e400, null]],\n  "a/b": {"~": true}\n}';
  const { root } = readJson(text);
  if (root === undefined) throw new Error('unreadable');

  it('finds each value at its pointer, in the characters in which it stands', () => {
    const at = (pointer: string) => {
      const node = nodeAt(root, pathOf(pointer) ?? []);
      return node && text.slice(node.start, node.end);
    };
    expect(at('/rows/0/0')).toBe('9007199254740993');
    expect(at('/rows/0/1')).toBe('"a\\"b"');
    expect(at('/rows/1/0')).toBe('1e400');
    expect(at('/a~1b/~0')).toBe('true');
    expect(at('/rows/01')).toBeUndefined();
    expect(at('')).toBe(text);
  });

  it('points at what is around a value that is missing', () => {
    const range = rangeOf(root, ['a/b', 'other', 'deep']);
    expect(text.slice(range.from, range.to)).toBe('{');
    expect(placeOf(text, range.from)).toEqual({ line: 3, column: 10 });
  });

  it('takes the last of equal names, as every reader does', () => {
    const twice = readJson('{"a": 1, "a": 2}').root;
    expect(nodeAt(twice, ['a'])).toMatchObject({ text: '2' });
  });

  it('writes pointers as it reads them', () => {
    expect(pointerOf(['a/b', '~', '0'])).toBe('/a~1b/~0/0');
    expect(pathOf(pointerOf(['a/b', '~', '0']))).toEqual(['a/b', '~', '0']);
    expect(pathOf('data')).toBeUndefined();
  });

  it.each([
    ['', 1, 1],
    ['{"a": 1,}', 1, 8],
    ['{"a" 1}', 1, 6],
    ['[1 2]', 1, 4],
    ['{"a":\n nan}', 2, 2],
    ['[-NaN]', 1, 2],
    ['[01]', 1, 2],
    ['["a]', 1, 2],
    ['["\\x"]', 1, 2],
    ['[1] 2', 1, 5],
    ['{a: 1}', 1, 2],
    ['[nul]', 1, 2],
    ['[1.]', 1, 2],
  ])('says where %j breaks', (text, line, column) => {
    expect(broken(text)).toMatchObject({ line, column });
  });

  it('takes the numbers that models know and JSON does not', () => {
    const { root } = readJson('[NaN, -Infinity, Infinity, "NaN"]');
    expect(root).toMatchObject({
      items: [{ text: 'NaN' }, { text: '-Infinity' }, { text: 'Infinity' }, { value: 'NaN' }],
    });
  });

  it('reads what the browser reads otherwise, and nothing else', () => {
    const texts = [
      '1',
      '-0.5E+3',
      '"\\u00e9"',
      '[]',
      '{}',
      ' [ 1 , { } ] ',
      '[+1]',
      '[.5]',
      '"\n"',
      "['a']",
      '[1,,2]',
      '{"a":}',
    ];
    const isRead = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    expect(texts.filter((text) => (readJson(text).root !== undefined) !== isRead(text))).toEqual([]);
  });

  it('refuses what would overflow the stack', () => {
    expect(readJson('['.repeat(100_000)).error?.message).toContain('nested');
  });
});
