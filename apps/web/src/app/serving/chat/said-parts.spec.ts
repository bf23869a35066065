import { chunkFrom, failureFrom } from './chat-chunk';
import { saidParts } from './said-parts';

describe('what a model says', () => {
  it('is text, with fenced code set apart', () => {
    expect(saidParts('Run\n```sql\nSELECT 1\n```\nor `x`.')).toEqual([
      { kind: 'text', text: 'Run' },
      { kind: 'code', text: 'SELECT 1' },
      { kind: 'text', text: 'or `x`.' },
    ]);
  });

  it('shows code while it still comes', () => {
    expect(saidParts('a\n```js\nlet x')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'code', text: 'let x' },
    ]);
  });

  it('keeps HTML as the characters it is', () => {
    const evil = '<img src=x onerror=alert(1)>[a](javascript:alert(1))';
    expect(saidParts(evil)).toEqual([{ kind: 'text', text: evil }]);
  });
});

describe('a chunk of a streamed answer', () => {
  it('adds text, tokens, or nothing', () => {
    expect(chunkFrom('{"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}').text).toBe('hi');
    expect(chunkFrom('{"choices":[],"usage":{"completion_tokens":7}}').tokens).toBe(7);
    expect(chunkFrom('{"choices":[{"delta":{},"finish_reason":"length"}]}').finish).toBe('length');
    expect(chunkFrom('not json').text).toBe('');
    expect(chunkFrom('{"choices":[null]}').text).toBe('');
  });

  it('says why the answer broke off', () => {
    expect(failureFrom('{"error_code":"MODEL_TIMEOUT","detail":"late"}')).toEqual({
      code: 'MODEL_TIMEOUT',
      message: 'late',
    });
    expect(failureFrom('oops').code).toBe('UPSTREAM_ERROR');
  });
});
