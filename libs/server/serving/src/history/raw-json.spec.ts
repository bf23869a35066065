import { withRawMembers } from './raw-json';

describe('an answer with JSON text in it', () => {
  it('has the text as it stands, to the last digit', () => {
    expect(withRawMembers({ id: 'a' }, { inputs: '{"n": 9007199254740993, "x":1.10}', predictions: null })).toBe(
      '{"id":"a","inputs":{"n": 9007199254740993, "x":1.10},"predictions":null}',
    );
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
