import { EventParser, EventTooLong } from './event-parser';

const STREAM =
  ': comment\n\ndata: {"a":1}\n\nevent: error\r\ndata: one\r\ndata:two\r\nid: 7\r\n\r\ndata\n\nevent: nothing\n\ndata: é☃\n\ndata: not ended';

const EVENTS = [
  { name: 'message', data: '{"a":1}' },
  { name: 'error', data: 'one\ntwo' },
  { name: 'message', data: '' },
  { name: 'message', data: 'é☃' },
];

describe('a stream of events', () => {
  it.each([1, 2, 3, 7, 1000])('is the same in pieces of %s bytes', (size) => {
    const bytes = Buffer.from(STREAM);
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));

    expect(events).toEqual(EVENTS);
  });

  it.each([1, 2, 5, 1000])('may end its lines in any way and begin with a mark, in pieces of %s bytes', (size) => {
    const bytes = Buffer.from('\ufeffdata: 1\r\rdata: 2\r\n\r\ndata: 3\n\ndata: 4\rdata: 5\n\rdata: 6\r\r');
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));

    expect(events.map(({ data }) => data)).toEqual(['1', '2', '3', '4\n5', '6']);
  });

  it.each(['x', 'data: x\n'])('may not hold an event without an end, made of %j', (piece) => {
    const parser = new EventParser();
    const many = Buffer.from(piece.repeat(200_000));

    expect(() => {
      for (let round = 0; round < 20; round++) parser.push(many);
    }).toThrow(EventTooLong);
  });
});
