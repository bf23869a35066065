import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { currentCorrelationId } from '@lakescope/server-http';

/** So much is made ahead of what the client has taken. */
const AHEAD_BYTES = 256 * 1024;

/** Hands over a piece; done when there is room for the next one. */
export type Give = (piece: Uint8Array) => Promise<void>;

/**
 * A file that is made piece by piece while it is downloaded. Answers when its first bytes are there, or throws what keeps them from
 * being made: an answer that has begun cannot say it, so what fails later cuts the line, lest half of a file is taken for the whole.
 */
export async function pushedFile(
  make: (give: Give) => Promise<void>,
  { name, stallMs }: { name: string; stallMs: number },
): Promise<Readable> {
  const stream = new PassThrough({ highWaterMark: AHEAD_BYTES });
  const correlationId = currentCorrelationId();
  const give: Give = (piece) =>
    new Promise((resolve, reject) => {
      const stalled = setTimeout(() => stream.destroy(new ClientStalled(stallMs)), stallMs);
      stream.write(piece, (error) => {
        clearTimeout(stalled);
        if (error) reject(error);
        else resolve();
      });
    });
  let hasBegun = false;
  stream.once('error', (error) => {
    const msg = `The export ${name} broke off`;
    if (hasBegun) new Logger('Download').error({ msg, correlation_id: correlationId, err: error });
  });
  make(give).then(
    () => stream.end(),
    (error: Error) => stream.destroy(error),
  );
  await once(stream, 'readable');
  hasBegun = true;
  return stream;
}

class ClientStalled extends Error {
  constructor(stallMs: number) {
    super(`The client took nothing for ${stallMs / 1000} s`);
    this.name = 'ClientStalled';
  }
}
