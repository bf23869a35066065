import { TableCorrupt } from '../errors';
import { parseActions } from './parse-actions';

const FILE = '_delta_log/00000000000000000001.json';

function parse(text: string): ReturnType<typeof parseActions> {
  return parseActions(text, FILE, '/lake/table');
}

describe('a commit', () => {
  it('needs no final newline', () => {
    const actions = parse('{"add":{"path":"a","size":1}}\n{"add":{"path":"b","size":2}}');

    expect(actions.added.map((file) => file.path)).toEqual(['a', 'b']);
  });

  it('may be pretty-printed over several lines', () => {
    const pretty = JSON.stringify({ add: { path: 'a}{"', size: 1, tags: { note: '}' } } }, null, 2);

    const actions = parse(`${pretty}\n${JSON.stringify({ remove: { path: 'b' } }, null, 2)}\n`);

    expect(actions.added.map((file) => file.path)).toEqual(['a}{"']);
    expect(actions.removed.map((file) => file.path)).toEqual(['b']);
  });

  it('skips actions it does not know', () => {
    expect(parse('{"futureAction":{"x":1}}\n{"cdc":{"path":"c"}}\n').added).toEqual([]);
  });

  it.each([
    ['{"add":{"path":"a","size":1}}\nnot json\n', 2],
    ['{"add":{"path":"a","size":1}}\n\n{"add":{"path":"b",\n', 3],
    ['[1,2]\n', 1],
    ['{"add":{"size":1}}\n', 1],
  ])('names file and line of garbage: %j', (text, line) => {
    const error = failure(() => parse(text));

    expect(error).toBeInstanceOf(TableCorrupt);
    expect(error).toMatchObject({ missing: FILE });
    expect(String(error)).toContain(`${FILE}, line ${line}:`);
  });

  it('keeps transaction versions beyond a double', () => {
    expect(parse('{"txn":{"appId":"a","version":9007199254740993}}').transactions).toEqual([
      { appId: 'a', version: 9007199254740993n },
    ]);
  });

  it('refuses a file whose size is no whole number', () => {
    const text = '{"add":{"path":"a","size":1.5,"modificationTime":1}}';

    expect(() => parseActions(text, 'the file', '/table')).toThrow('the file, line 1: add.size');
  });
});

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing failed');
}
