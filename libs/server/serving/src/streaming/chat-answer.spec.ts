import { ChatAnswer, LONGEST_ANSWER } from './chat-answer';

describe('an answer that came in pieces', () => {
  it('of parts is the parts, each with all of its text', () => {
    const message = messageOf([
      { content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Lakes ' }] }] },
      { content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'are wet.' }] }] },
      { content: [{ type: 'text', text: 'A lake' }] },
      {
        content: [
          { type: 'text', text: 'house ' },
          { type: 'text', text: 'is' },
        ],
      },
      { content: ' open.' },
    ]);

    expect(message).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Lakes are wet.' }] },
        { type: 'text', text: 'A lakehouse is open.' },
      ],
    });
  });

  it('of a text and then of parts loses nothing', () => {
    expect(messageOf([{ content: 'a' }, { content: [{ type: 'text', text: 'b' }] }])).toMatchObject({
      content: [{ type: 'text', text: 'ab' }],
    });
  });

  it('that calls tools has the calls, put together by their places', () => {
    const call = (index: number, called: object, more: object = {}): object => ({
      tool_calls: [{ index, ...more, function: called }],
    });
    const message = messageOf([
      { role: 'assistant', content: null },
      call(0, { name: 'find_lake', arguments: '' }, { id: 'call_1', type: 'function' }),
      call(0, { arguments: '{"id":9007' }),
      call(1, { name: 'count', arguments: '{}' }, { id: 'call_2', type: 'function' }),
      call(0, { arguments: '199254740993}' }),
    ]);

    expect(message).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'find_lake', arguments: '{"id":9007199254740993}' } },
        { id: 'call_2', type: 'function', function: { name: 'count', arguments: '{}' } },
      ],
    });
  });

  it('that is a refusal says so', () => {
    expect(messageOf([{ refusal: 'I will ' }, { refusal: 'not.' }])).toMatchObject({ refusal: 'I will not.' });
  });

  it('is kept up to a length, whatever it is made of', () => {
    const long = 'x'.repeat(LONGEST_ANSWER);
    const calls = { tool_calls: [{ index: 0, function: { name: 'f', arguments: long } }] };
    const json = JSON.stringify(messageOf([{ content: 'abc' }, calls, { content: [{ type: 'text', text: long }] }]));

    expect(json.length).toBeLessThan(LONGEST_ANSWER + 200);
    expect(json).toContain('abc');
  });

  it('takes what makes no sense for nothing', () => {
    expect(messageOf([{ content: 7, tool_calls: [null, { index: 'x' }, 'y'] }, { content: [null, 3] }])).toMatchObject({
      role: 'assistant',
    });
  });
});

function messageOf(deltas: readonly object[]): unknown {
  const answer = new ChatAnswer();
  for (const delta of deltas) answer.add({ choices: [{ index: 0, delta }] });
  const { choices } = JSON.parse(String(answer.json())) as { choices: { message: unknown }[] };
  return choices[0]?.message;
}
