import { readJson } from './json-document';
import { withName, withoutValue, withValue } from './json-edit';

function edit(text: string, change: (root: NonNullable<ReturnType<typeof readJson>['root']>) => string): string {
  const { root } = readJson(text);
  if (root === undefined) throw new Error(`unreadable: ${text}`);
  const result = change(root);
  expect(readJson(result).error).toBeUndefined();
  return result;
}

const set = (text: string, path: string[], value: string) => edit(text, (root) => withValue(text, root, path, value));
const remove = (text: string, path: string[]) => edit(text, (root) => withoutValue(text, root, path));

describe('a change of one value in a JSON text', () => {
  it('leaves every other character as it stands', () => {
    const text = '{ "id":9007199254740993,"id2" : 1.10,\n\t"x":[1,  2] }';
    expect(set(text, ['x', '1'], '3')).toBe('{ "id":9007199254740993,"id2" : 1.10,\n\t"x":[1,  3] }');
  });

  it('adds names and items as their neighbours are laid out', () => {
    expect(set('{"a": 1}', ['b'], '2')).toBe('{"a": 1, "b": 2}');
    expect(set('{}', ['b'], '2')).toBe('{ "b": 2 }');
    expect(set('[]', ['0'], '2')).toBe('[2]');
    expect(set('{\n  "a": [\n    1\n  ]\n}', ['a', '1'], '2')).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}');
    expect(set('{\n  "a": 1\n}', ['b'], '{\n  "c": 2\n}')).toBe('{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}');
  });

  it('makes what is missing on the way', () => {
    expect(set('{"a": 1}', ['params', 'k'], '2')).toBe('{"a": 1, "params": { "k": 2 }}');
    expect(set('{}', ['rows', '0', 'a'], '1')).toBe('{ "rows": [{ "a": 1 }] }');
  });

  it('takes a value out with its name and one comma', () => {
    expect(remove('{"a": 1, "b": 2, "c": 3}', ['a'])).toBe('{"b": 2, "c": 3}');
    expect(remove('{"a": 1, "b": 2, "c": 3}', ['b'])).toBe('{"a": 1, "c": 3}');
    expect(remove('{"a": 1, "b": 2, "c": 3}', ['c'])).toBe('{"a": 1, "b": 2}');
    expect(remove('{\n  "a": 1,\n  "b": 2\n}', ['b'])).toBe('{\n  "a": 1\n}');
    expect(remove('[ [1], [2] ]', ['0'])).toBe('[ [2] ]');
    expect(remove('{ "a": 1 }', ['a'])).toBe('{}');
    expect(remove('{"a": 1}', ['b'])).toBe('{"a": 1}');
  });

  it('gives a value another name', () => {
    const text = '{"a": {"b": 1}}';
    expect(edit(text, (root) => withName(text, root, ['a', 'b'], 'c"d'))).toBe('{"a": {"c\\"d": 1}}');
  });
});
