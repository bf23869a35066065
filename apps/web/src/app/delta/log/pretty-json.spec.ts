import { prettyJson } from './pretty-json';

describe('JSON of the log over several lines', () => {
  it('is what JSON itself lays out', () => {
    const value = { a: [1, { b: 'x: {"y", [z]}\\' }], empty: {}, none: [], text: '"', last: null };
    expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  });

  it('keeps every digit and every name', () => {
    expect(prettyJson('{"n":9007199254740993,"n":1.10}')).toBe('{\n  "n": 9007199254740993,\n  "n": 1.10\n}');
  });

  it('lays out what is cut off as far as it goes', () => {
    expect(prettyJson('{"add":{"path":"part-0')).toBe('{\n  "add": {\n    "path": "part-0');
  });
});
