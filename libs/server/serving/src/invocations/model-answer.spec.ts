import { ModelAnswerUnusable } from '../serving.errors';
import { predictionOf } from './model-answer';

function answered(text: string, contentType = 'application/json'): { predictions: string; usage: unknown } {
  const { predictions, usage } = predictionOf({ body: Buffer.from(text), contentType, servedEntity: undefined });
  return { predictions: predictions.toString(), usage };
}

describe('the answer of a model', () => {
  it.each([
    ['{"predictions": [9007199254740993, 0.10]}', '[9007199254740993, 0.10]'],
    ['{"outputs":{"a":[1]}}', '{"a":[1]}'],
    ['{"predictions":[NaN,-Infinity,"NaN"]}', '["NaN","-Infinity","NaN"]'],
    ['{"object":"list","data":[NaN]}', '{"object":"list","data":["NaN"]}'],
  ])('%s is handed on as %s', (text, predictions) => {
    expect(answered(text).predictions).toBe(predictions);
  });

  it('may count tokens, and nothing else by that name', () => {
    const usage = '{"prompt_tokens":3,"completion_tokens":-1,"total_tokens":"4","cost":{"x":1}}';

    expect(answered(`{"usage":${usage},"choices":[]}`).usage).toEqual({ prompt_tokens: 3 });
    expect(answered('{"usage":[1],"choices":[]}').usage).toBeUndefined();
    expect(answered(`{"usage":{"total_tokens":1,"x":"${'x'.repeat(20_000)}"},"choices":[]}`).usage).toBeUndefined();
  });

  it.each(['', 'null', '[1]', '<html>', '{"predictions":[1}', '{"a":1}{"b":2}'])('cannot be %j', (text) => {
    expect(() => answered(text)).toThrow(ModelAnswerUnusable);
  });

  it('is no stream', () => {
    expect(() => answered('data: {}\n\n', 'text/event-stream')).toThrow(ModelAnswerUnusable);
  });
});
