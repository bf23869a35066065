import { request } from 'node:http';

/** What its parent asks for: this many readers of one stream each, who come one after the other. */
export interface StreamReading {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly streams: number;
  readonly betweenMs: number;
}

/** Milliseconds until the first piece came, of each reader; or why there is no such number. */
export type StreamsRead = { readonly firstMs: readonly number[] } | { readonly problem: string };

/** Reads streams in a process of its own, so that reading them takes no time from whoever sends them. */
process.on('message', (reading: StreamReading) => {
  void read(reading)
    .catch((error: unknown): StreamsRead => ({ problem: String(error) }))
    .then((answer) => process.send?.(answer));
});

async function read({ streams, betweenMs, ...asked }: StreamReading): Promise<StreamsRead> {
  const firstMs = await Promise.all(
    Array.from({ length: streams }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * betweenMs));
      return firstChunk(asked);
    }),
  );
  return { firstMs };
}

/** Resolves when the stream has ended. */
function firstChunk({ url, headers, body }: Pick<StreamReading, 'url' | 'headers' | 'body'>): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
      (answer) => {
        let first: number | undefined;
        let beginning = '';
        let last = '';
        answer.on('data', (bytes: Buffer) => {
          last = bytes.toString('latin1');
          if (first === undefined) {
            beginning += last;
            if (beginning.includes('"choices"')) first = performance.now() - began;
          }
        });
        answer.on('end', () => {
          if (first === undefined || answer.statusCode !== 200 || last.includes('event: error'))
            reject(new Error(`${url} answered ${answer.statusCode}: ${beginning}${last}`));
          else resolve(first);
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
