import { historyPageFrom, onOneLine } from './history-page';

const page = (line: string) => `{"items":[{"request_id":"r","status":"SUCCESS",${line}}],"next_cursor":"c"}`;

describe('a page of the history', () => {
  it('has what was asked and answered to the last digit', () => {
    const { items, next_cursor } = historyPageFrom(
      page('"inputs":{"id": 9007199254740993},"predictions":[9223372036854775807],"tokens":{"total_tokens":7}'),
    );
    expect(next_cursor).toBe('c');
    expect(items[0]).toMatchObject({
      inputs: '{"id": 9007199254740993}',
      predictions: '[9223372036854775807]',
      totalTokens: 7,
      isInputCut: false,
    });
  });

  it('has inputs with NaN as they were written, and a text as the text it is', () => {
    const { items } = historyPageFrom(page('"inputs":"{\\"x\\": NaN}","predictions":"said"'));
    expect(items[0]).toMatchObject({ inputs: '{"x": NaN}', predictions: '"said"' });
  });

  it('can be read however deep an answer is', () => {
    const deep = '['.repeat(400) + ']'.repeat(400);
    expect(historyPageFrom(page(`"inputs":null,"predictions":${deep}`)).items[0]).toMatchObject({
      inputs: null,
      predictions: deep,
    });
  });

  it('is refused when it is none', () => {
    expect(() => historyPageFrom('{"items":{}}')).toThrow('cannot be read');
  });
});

describe('JSON on one line', () => {
  it('loses the space between its parts, none in its texts, and no digit', () => {
    expect(onOneLine('{\n  "a b": [9007199254740993,\n "x  \\" y"]\n}', 80)).toBe(
      '{"a b":[9007199254740993,"x  \\" y"]}',
    );
  });

  it('is cut where it says so', () => {
    expect(onOneLine(`[${' '.repeat(50)}1234567]`, 4)).toBe('[123…');
  });
});
