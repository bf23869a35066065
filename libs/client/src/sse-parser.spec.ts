import { withSeed, type SeededRandom } from '@lakescope/server-testing';
import { SseParser, type ServerSentEvent } from './sse-parser';

describe('reading text/event-stream', () => {
  it.each<[string, string, Partial<ServerSentEvent>[]]>([
    ['data alone', 'data: one\n\n', [{ event: 'message', data: 'one', id: '' }]],
    ['several lines of data', 'data: one\ndata\ndata:  two\n\n', [{ data: 'one\n\n two' }]],
    ['a name and an id', 'event: log\nid: 7\ndata: x\n\n', [{ event: 'log', id: '7' }]],
    ['an id that stays', 'id: 7\ndata: a\n\ndata: b\n\n', [{ id: '7' }, { id: '7', event: 'message' }]],
    ['an id that is taken back', 'id: 7\ndata: a\n\nid\ndata: b\n\n', [{ id: '7' }, { id: '' }]],
    ['an id with NUL, which is none', 'id: 1\n\nid: 2\0\ndata: a\n\n', [{ id: '1' }]],
    ['a name without data, which is no event', 'event: log\n\ndata: a\n\n', [{ event: 'message' }]],
    ['comments and unknown fields', ': heartbeat\n\nwhat: ever\ndata: a\n:\n\n', [{ data: 'a' }]],
    ['an end without the empty line', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
    ['empty data', 'data\n\ndata:\n\n', [{ data: '' }, { data: '' }]],
    ['all three ends of lines', 'data: a\r\ndata: b\rdata: c\n\r\n', [{ data: 'a\nb\nc' }]],
    ['CR twice, which ends an event', 'data: a\r\rdata: b\r\r', [{ data: 'a' }, { data: 'b' }]],
  ])('knows %s', (_what, text, expected) => {
    expect(parse([text]).events).toEqual(expected.map((event) => expect.objectContaining(event)));
  });

  it('takes the pause from digits only', () => {
    expect(parse(['retry: 250\n\nretry: 1.5\n\nretry: -1\n\nretry\n\nretry: 9\n\n']).retries).toEqual([250, 9]);
  });

  it('gives the same events wherever the bytes are cut and however lines end', () =>
    withSeed(async (random) => {
      for (let round = 0; round < 1_500; round += 1) {
        const sent = Array.from({ length: random.below(6) }, () => anEvent(random));
        const bytes = new TextEncoder().encode(
          `${random.chance(0.3) ? '\ufeff' : ''}${sent.map((one) => written(one, random)).join('')}`,
        );

        expect(parse(decoded(cut(bytes, random))).events).toEqual(sent);
      }
    }));

  it('gives the same for any bytes, whole or byte by byte', () =>
    withSeed(async (random) => {
      const alphabet = [
        '\r',
        '\n',
        '\r\n',
        ':',
        ' ',
        'data',
        'id',
        'event',
        'retry',
        'ä',
        '\u{1f30a}',
        '7',
        '\0',
        '\ufeff',
      ];
      for (let round = 0; round < 1_500; round += 1) {
        const text = Array.from({ length: random.below(60) }, () => alphabet[random.below(alphabet.length)]).join('');
        const bytes = new TextEncoder().encode(text);

        expect(parse(decoded([...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(parse(decoded([bytes])));
      }
    }));

  it('refuses an event that does not end, and no stream of heartbeats', () => {
    const parser = new SseParser({ onEvent: () => undefined, onRetry: () => undefined });
    const line = `: ${'x'.repeat(2 ** 20)}\n`;
    for (let count = 0; count < 20; count += 1) parser.push(line);
    const endless = (): void => {
      for (let count = 0; count < 20; count += 1) parser.push(`data${line}`);
    };

    expect(endless).toThrow(RangeError);
  });
});

function parse(texts: readonly string[]): { events: ServerSentEvent[]; retries: number[] } {
  const events: ServerSentEvent[] = [];
  const retries: number[] = [];
  const parser = new SseParser({ onEvent: (event) => events.push(event), onRetry: (pause) => retries.push(pause) });
  for (const text of texts) parser.push(text);
  return { events, retries };
}

function decoded(chunks: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true }));
}

function cut(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + random.below(12);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

function anEvent(random: SeededRandom): ServerSentEvent {
  const text = (): string =>
    Array.from({ length: random.below(9) }, () => ['a', 'ä', ' ', ':', '\u{1f30a}', '0'][random.below(6)]).join('');
  const lines = Array.from({ length: 1 + random.below(3) }, text);
  return {
    event: random.chance(0.5) ? 'message' : `e${random.below(9)}`,
    data: lines.join('\n'),
    id: String(random.below(99)),
  };
}

/** As a server may write it: fields in any order, a space after the colon or none, any end of line, comments between. */
function written({ event, data, id }: ServerSentEvent, random: SeededRandom): string {
  const end = (): string => ['\n', '\r\n', '\r'][random.below(3)] ?? '\n';
  const field = (name: string, value: string): string =>
    `${name}:${random.chance(0.5) || value.startsWith(' ') ? ' ' : ''}${value}`;
  const name = event === 'message' ? [] : [field('event', event)];
  const content = data.split('\n').map((line) => field('data', line));
  const number = [field('id', id)];
  const comment = random.chance(0.3) ? [': still here'] : [];
  const lines = random.chance(0.5)
    ? [...number, ...name, ...content, ...comment]
    : [...comment, ...name, ...content, ...number];
  const endings = lines.map(end);
  // A lone CR before the empty line would make one end of both.
  const last = endings.at(-1) === '\r' ? '\r' : end();
  return `${lines.map((line, index) => `${line}${endings[index]}`).join('')}${last}`;
}
