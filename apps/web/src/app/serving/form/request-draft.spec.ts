import { RequestDraft } from './request-draft';

function draftOf(text: string): RequestDraft {
  const draft = new RequestDraft();
  draft.text.set(text);
  return draft;
}

describe('a request that is being written', () => {
  it('keeps what a form does not know of when a form changes a value', () => {
    const draft = draftOf('{"rows": [{"id": 9007199254740993, "odd":  1.0}]}');
    draft.set(['rows', '0', 'name'], '"x"');
    expect(draft.text()).toBe('{"rows": [{"id": 9007199254740993, "odd":  1.0, "name": "x"}]}');
    draft.remove(['rows', '0', 'id']);
    draft.rename(['rows', '0', 'odd'], 'even');
    expect(draft.text()).toBe('{"rows": [{"even":  1.0, "name": "x"}]}');
  });

  it('shows the form what last could be read, and lets it change nothing meanwhile', () => {
    const draft = draftOf('{"a": 1}');
    expect(draft.root()).toMatchObject({ kind: 'object' });
    draft.text.set('{"a": 1');
    expect(draft.root()).toMatchObject({ kind: 'object' });
    draft.set(['a'], '2');
    expect(draft.text()).toBe('{"a": 1');
    expect(draft.syntaxError()).toMatchObject({ line: 1, column: 8 });
    expect(draft.marks()).toHaveLength(1);
    expect(draft.isValid()).toBe(false);
  });

  it('marks what the server said at its pointers until the text changes', () => {
    const draft = draftOf('{"rows": [[1, "x"]]}');
    draft.report([
      { pointer: '/rows/0/1', message: 'must be number' },
      { pointer: 'nonsense', message: 'of the whole' },
    ]);
    expect(draft.messageAt(['rows', '0', '1'])).toBe('must be number');
    const [first, second] = draft.marks();
    expect(draft.text().slice(first?.from, first?.to)).toBe('"x"');
    expect(draft.text().slice(second?.from, second?.to)).toBe(draft.text());
    expect(draft.placeOf(['rows', '0', '1'])).toEqual({ line: 1, column: 15 });
    draft.set(['rows', '0', '1'], '2');
    expect(draft.findings()).toEqual([]);
  });

  it('is not sent while a field shows something else, or while it is no JSON', () => {
    const draft = draftOf('{"vector": [1]}');
    expect(draft.canBeSent()).toBe(true);
    draft.setUnfinished(['vector'], true);
    expect(draft.canBeSent()).toBe(false);
    draft.setUnfinished(['vector'], false);
    expect(draft.canBeSent()).toBe(true);
    draft.text.set('{');
    expect(draft.canBeSent()).toBe(false);
    draft.clear();
    expect(draft.text()).toBe('{}');
  });
});
