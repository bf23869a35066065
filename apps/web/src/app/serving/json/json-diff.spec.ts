import { compareJson, diffSummary } from './json-diff';

describe('two JSON texts', () => {
  it('differ in single values, named by their pointers', () => {
    expect(compareJson('{"a": [1, 2], "b": "x", "c/d": null}', '{"b": "x", "a": [1, 3, 4], "c/d": {}}')).toEqual({
      differences: [
        { pointer: '/a/1', left: '2', right: '3' },
        { pointer: '/a/2', left: undefined, right: '4' },
        { pointer: '/c~1d', left: 'null', right: '{}' },
      ],
      same: 2,
      isCut: false,
    });
  });

  it('are the same whatever their layout and the spelling of small numbers', () => {
    expect(compareJson('[1, {"a": 1e1}]', '[1.0,\n{"a": 10}]')?.differences).toEqual([]);
  });

  it('differ in integers that JavaScript takes for one', () => {
    expect(compareJson('9007199254740993', '9007199254740992')?.differences).toHaveLength(1);
  });

  it('are cut where nobody would read on', () => {
    const many = (value: number) => JSON.stringify(Array.from({ length: 2000 }, () => value));
    expect(compareJson(many(1), many(2))).toMatchObject({ isCut: true });
    expect(compareJson('[', '1')).toBeUndefined();
  });

  it.each([
    ['[1, 2]', '[1, 3]', '1 value differs, 1 is the same'],
    ['[1, 2, 3]', '[1, 3, 3]', '1 value differs, 2 are the same'],
    ['[1, 2]', '[2, 1]', '2 values differ, 0 are the same'],
  ])('%s and %s: %s', (left, right, said) => {
    const comparison = compareJson(left, right);
    expect(comparison && diffSummary(comparison)).toBe(said);
  });
});
