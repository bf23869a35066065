import { setTimeout as delay } from 'node:timers/promises';
import { withSeed } from '@lakescope/server-testing';
import {
  lastEventId,
  ResumableStream,
  StreamLimits,
  type StreamedEvents,
  type StreamedHistory,
} from './resumable-stream';

/** Events numbered from one, kept in memory; whoever adds one wakes who waits. */
class Kept implements StreamedHistory {
  isOver = false;
  isAway = false;
  private readonly waiting = new Set<() => void>();

  constructor(
    readonly events: string[] = [],
    private readonly page = 7,
  ) {}

  add(data: string): void {
    this.events.push(data);
    for (const wake of this.waiting) wake();
  }

  end(): void {
    this.isOver = true;
    for (const wake of this.waiting) wake();
  }

  readAfter(id: string): Promise<StreamedEvents> {
    if (this.isAway) return Promise.reject(new Error('away'));
    const from = Number(id);
    const events = this.events
      .slice(from, from + this.page)
      .map((data, index) => ({ id: String(from + index + 1), event: 'told', data }));
    return Promise.resolve({ events, isOver: this.isOver && from + events.length === this.events.length });
  }

  untilChanged(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}

async function textOf(stream: ResumableStream): Promise<string> {
  let text = '';
  for await (const bytes of stream) text += String(bytes);
  return text;
}

const idsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('a stream that can be taken up again', () => {
  it('tells what is kept, then what comes, and ends with it', async () => {
    const kept = new Kept(['{"n":1}']);
    const reading = textOf(new ResumableStream(kept, '0', new StreamLimits()));
    await delay(5);
    kept.add('{"n":2}');
    kept.end();

    expect(await reading).toBe(
      'retry: 1000\n\nid: 1\nevent: told\ndata: {"n":1}\n\nid: 2\nevent: told\ndata: {"n":2}\n\n',
    );
  });

  it('is ended by the server after its time, and by a heartbeat kept open until then', async () => {
    const text = await textOf(
      new ResumableStream(new Kept(), '0', new StreamLimits({ streamMs: 60, heartbeatMs: 10 })),
    );

    expect(text).toMatch(/^retry: 1000\n\n(?:: still here\n\n)+$/);
  });

  it('misses nothing and repeats nothing, wherever it is cut and taken up', () =>
    withSeed(async (random) => {
      for (let round = 0; round < 30; round++) {
        const kept = new Kept([], 1 + random.below(9));
        const seen: number[] = [];
        const count = 20 + random.below(40);
        const adding = (async () => {
          for (let n = 0; n < count; n++) {
            kept.add(String(n));
            if (random.chance(0.2)) await delay(0);
          }
          kept.end();
        })();
        while (seen.length < count) {
          const cutAfter = 1 + random.below(12);
          const stream = new ResumableStream(kept, String(seen.at(-1) ?? 0), new StreamLimits());
          let taken = 0;
          for await (const bytes of stream) {
            const ids = idsIn(String(bytes));
            seen.push(...ids);
            taken += ids.length;
            if (taken >= cutAfter) break;
          }
        }
        await adding;

        expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 1));
      }
    }));

  it('lets no reader that has stopped take more than its share, and cuts it off', async () => {
    const limits = new StreamLimits({ stallMs: 40 });
    const kept = new Kept(
      Array.from({ length: 3_000 }, () => 'x'.repeat(1_000)),
      100,
    );
    const stream = new ResumableStream(kept, '0', limits);
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, stream.readableLength)), 1);
    await new Promise((resolve) => stream.once('close', resolve));
    clearInterval(watching);

    expect(most).toBeGreaterThan(limits.readerBytes / 2);
    expect(most).toBeLessThan(limits.readerBytes + 2_000);
  });

  it('waits for a reader that is slow and reads', async () => {
    const kept = new Kept(
      Array.from({ length: 600 }, () => 'x'.repeat(1_000)),
      100,
    );
    kept.isOver = true;
    const ids: number[] = [];
    for await (const bytes of new ResumableStream(
      kept,
      '0',
      new StreamLimits({ stallMs: 1_000, readerBytes: 8_000 }),
    )) {
      ids.push(...idsIn(String(bytes)));
      if (ids.length % 50 === 0) await delay(2);
    }

    expect(ids).toHaveLength(600);
  });

  it('ends where what is kept cannot be read, so that the reader comes again and is told', async () => {
    const kept = new Kept(['1']);
    const stream = new ResumableStream(kept, '0', new StreamLimits());
    const reading = textOf(stream);
    await delay(5);
    kept.isAway = true;
    kept.add('2');

    expect(idsIn(await reading)).toEqual([1]);
  });

  it('takes ids from the header first, and nothing else for an id', () => {
    expect([lastEventId('7', '3'), lastEventId(undefined, '3'), lastEventId(undefined, undefined)]).toEqual([
      '7',
      '3',
      '0',
    ]);
    for (const id of ['', '-1', '1.5', '1 OR 1=1', '9'.repeat(19)]) {
      expect(() => lastEventId(id, undefined)).toThrow('must be the id of an event');
    }
  });
});
