import { withRawMembers } from './raw-json';

describe('an answer with JSON text in it', () => {
  it('has the text as it stands, to the last digit', () => {
    expect(withRawMembers({ id: 'a' }, { inputs: '{"n": 9007199254740993, "x":1.10}', predictions: null })).toBe(
      '{"id":"a","inputs":{"n": 9007199254740993, "x":1.10},"predictions":null}',
    );
  });

  it('is not read again where it is long: an answer of a model was read when it came', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const long = `["${'x'.repeat(1024 * 1024)}"]`;
    const text = withRawMembers({}, { predictions: long });
    const parsed = parse.mock.calls.length;
    parse.mockRestore();

    expect([parsed, text === `{"predictions":${long}}`]).toEqual([0, true]);
  });

  it.each([
    ['NaN, which Python writes', '{"x": NaN}'],
    ['nothing', ''],
    ['a page', '<script>alert(1)</script>'],
    ['an end of the answer', '1},"status":"SUCCESS"'],
  ])('holds what is no JSON as a text: %s', (_, text) => {
    expect(JSON.parse(withRawMembers({}, { inputs: text }))).toEqual({ inputs: text });
  });
});
