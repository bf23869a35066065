import { EventStream } from './event-stream';

describe('a stream of events', () => {
  it('tells each event once, when it is complete, wherever the stream was cut', () => {
    const whole = ': hello\n\nid: 1\ndata: {"a":1}\n\nevent: error\r\ndata: one\r\ndata: two\r\n\r\ndata:[DONE]\n\n';
    const stream = new EventStream();
    const told = Array.from({ length: whole.length }, (_, index) => stream.take(whole.slice(0, index + 1))).flat();
    expect(told).toEqual([
      { name: 'message', data: '{"a":1}' },
      { name: 'error', data: 'one\ntwo' },
      { name: 'message', data: '[DONE]' },
    ]);
    expect(stream.take(whole)).toEqual([]);
  });

  it('keeps what only some call the end of a line', () => {
    expect(new EventStream().take('data: {"a":"one\u2028two\u2029three"}\n\n')).toEqual([
      { name: 'message', data: '{"a":"one\u2028two\u2029three"}' },
    ]);
  });
});
