import { answerFrom, inputsFrom, UnreadableAnswer } from './answer';

describe('what came of an invocation', () => {
  it('keeps what the model said digit for digit', () => {
    const answer = answerFrom(
      '{"request_id":"r","status":"SUCCESS","execution_time_ms":4.5,"served_entity":"m-2","usage":null,"predictions":[9007199254740993,"NaN",1.10]}',
    );
    expect(answer).toMatchObject({ requestId: 'r', executionTimeMs: 4.5, servedEntity: 'm-2', tokens: undefined });
    expect(answer.predictions?.replace(/\s/g, '')).toBe('[9007199254740993,"NaN",1.10]');
  });

  it('knows what a language model says, and its tokens', () => {
    const chat = '{"choices":[{"message":{"role":"assistant","content":"<b>hi</b>"}}]}';
    const usage = '{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}';
    const answer = answerFrom(`{"request_id":"r","status":"SUCCESS","usage":${usage},"predictions":${chat}}`);
    expect(answer.said).toBe('<b>hi</b>');
    expect(answer.tokens).toEqual({ prompt: 3, completion: 2, total: 5 });
  });

  it('has no predictions while there are none, and says why it failed', () => {
    const text =
      '{"request_id":"r","status":"ERROR","error_code":"MODEL_TIMEOUT","error_message":"late","can_rerun":true,"predictions":null,"inputs":{"id":12345678901234567890}}';
    expect(answerFrom(text)).toMatchObject({
      predictions: undefined,
      errorCode: 'MODEL_TIMEOUT',
      errorMessage: 'late',
      canRerun: true,
    });
    expect(inputsFrom(text)).toContain('12345678901234567890');
  });

  it('knows requests that are kept as text for their NaN', () => {
    const text = JSON.stringify({ request_id: 'r', status: 'SUCCESS', inputs: '{"x": [NaN]}' });
    expect(inputsFrom(text)?.replace(/\s/g, '')).toBe('{"x":[NaN]}');
  });

  it('is not taken from something else', () => {
    expect(() => answerFrom('<html>')).toThrow(UnreadableAnswer);
    expect(() => answerFrom('{"status":"ok"}')).toThrow(UnreadableAnswer);
  });
});
