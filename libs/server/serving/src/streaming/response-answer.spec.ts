import { LONGEST_ANSWER } from './chat-answer';
import { StreamedAnswer } from './streamed-answer';

const delta = (text: string): object => ({ type: 'response.output_text.delta', item_id: 'msg_1', delta: text });
const done = (item: object): object => ({ type: 'response.output_item.done', item });
const CALL = { type: 'function_call', call_id: 'call_1', name: 'count_words', arguments: '{}' };
const message = (text: string): object => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});

describe('an answer of an agent that came in pieces', () => {
  it('is what it did and said, in its order, and its tokens', () => {
    const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
    const answer = answered(delta('A '), done(CALL), delta('lake'), done(message('A lake')), {
      type: 'response.completed',
      response: { usage },
    });

    expect(answer.isFinished).toBe(true);
    expect(answer.usage).toEqual({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 });
    expect(outputOf(answer)).toEqual([CALL, message('A lake')]);
  });

  it('that broke off has the text until then', () => {
    const answer = answered(done(CALL), delta('A '), delta('lake'));

    expect(answer.isFinished).toBe(false);
    expect(outputOf(answer)).toEqual([
      CALL,
      { type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_text', text: 'A lake' }] },
    ]);
  });

  it('is kept up to a length', () => {
    const long = 'x'.repeat(LONGEST_ANSWER);

    expect(outputOf(answered(done(CALL), done(message(long)), done(CALL)))).toEqual([CALL, CALL]);
    expect(JSON.stringify(outputOf(answered(delta(long), delta(long)))).length).toBeLessThan(LONGEST_ANSWER + 200);
  });
});

function answered(...events: object[]): StreamedAnswer {
  const answer = new StreamedAnswer();
  for (const event of events) answer.add(event as Record<string, unknown>);
  return answer;
}

function outputOf(answer: StreamedAnswer): unknown {
  return (JSON.parse(String(answer.json())) as { output: unknown }).output;
}
