import { shortenedJson } from './shortened-json';

describe('the beginning of a JSON text', () => {
  const short = (json: string, bytes: number): string => shortenedJson(Buffer.from(json), bytes);

  it.each<[string, string, number, string]>([
    ['of an array ends with a whole item', '[1,22,333,4444,55555]', 13, '[1,22]'],
    [
      'keeps numbers as they were written',
      '[9007199254740993,1.10,-0,1e400,22222222]',
      40,
      '[9007199254740993,1.10,-0,1e400]',
    ],
    ['closes what is open', '{"a":[{"b":[1,2,3,4,5,6,7,8,9]}]}', 25, '{"a":[{"b":[1,2]}]}'],
    ['never ends with a name', '{"a":1,"a longer name":2}', 18, '{"a":1}'],
    ['never ends with half of a number or word', '[true,12345678901234567890]', 20, '[true]'],
    ['cuts a text that is a value', '{"text":"abcdefghijklmnopqrstuvwxyz"}', 20, '{"text":"abcdef…"}'],
    ['takes no bracket in a text for one', '["]]]]]}}}",1,2,3,4,5,6]', 20, '["]]]]]}}}",1]'],
    ['takes no escaped quote for an end', String.raw`["\"]\\",1,2,3,4,5,6,7,8]`, 18, String.raw`["\"]\\",1,2]`],
    ['cuts no escape in two', String.raw`["abc\u00e4\u00f6\u00fc\u00df"]`, 18, String.raw`["abc\u00e4…"]`],
    [
      'cuts no pair of surrogates in two',
      String.raw`["a\ud83d\ude00\ud83d\ude00"]`,
      22,
      String.raw`["a\ud83d\ude00…"]`,
    ],
    ['cuts no character in two', '["ääääääääää"]', 13, '["äää…"]'],
    ['may be nothing but a text', '"abcdefghijklmnopqrstuvwxyz"', 12, '"abcdefg…"'],
    ['may be empty', '[[[["abcdefghijklmnop"]]]]', 8, '[[]]'],
  ])('%s', (_, json, bytes, beginning) => {
    expect(short(json, bytes)).toBe(beginning);
    expect(() => void JSON.parse(beginning)).not.toThrow();
  });

  it('is JSON within its bound, wherever it is cut', () => {
    const value = {
      dataframe_split: {
        columns: ['naïve', 'q"\\', '名前'],
        data: [
          [1, null, 'a\nb'],
          [-2.5e-7, true, '😀\u0000'],
        ],
      },
      params: { nested: [[], {}, [[{ deep: [{}] }]]] },
      messages: [{ role: 'user', content: 'tell me \ud800 all of it' }],
    };
    for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      const whole = Buffer.from(json);
      for (let bytes = 60; bytes < whole.length; bytes++) {
        const beginning = shortenedJson(whole, bytes);

        expect(Buffer.byteLength(beginning)).toBeLessThanOrEqual(bytes);
        expect(() => void JSON.parse(beginning)).not.toThrow();
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['a word', 'nonsense'],
    ['too many brackets', ']]]]'],
    ['half a text', '"'],
    ['a control character', '\u0000'],
    ['a page', '<html>'.repeat(100)],
    ['brackets without end', '['.repeat(10_000)],
    ['names without end', '{"a":'.repeat(10_000)],
  ])('of what is no JSON is bounded all the same: %s', (_, text) => {
    expect(Buffer.byteLength(short(text, 300))).toBeLessThanOrEqual(300);
  });
});
