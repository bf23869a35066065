import { writtenAnswer } from './written-answer';

describe('an answer of a model', () => {
  it.each([
    ['short and plain', '[6, 9007199254740993]', 'string'],
    ['of other characters', '["é ☃ 🙂"]', 'object'],
    ['long', `["${'x'.repeat(64 * 1024)}"]`, 'object'],
  ])('that is %s goes out as the model wrote it', (_, predictions, form) => {
    const written = writtenAnswer({
      requestId: 'b7e1',
      executionTimeMs: 1.5,
      prediction: { predictions: Buffer.from(predictions), usage: { total_tokens: 3 }, servedEntity: 'lïne "1"' },
    });

    expect(typeof written).toBe(form);
    expect(written.toString()).toBe(
      '{"request_id":"b7e1","status":"SUCCESS","execution_time_ms":1.5,"served_entity":"lïne \\"1\\"",' +
        `"usage":{"total_tokens":3},"predictions":${predictions}}`,
    );
  });
});
