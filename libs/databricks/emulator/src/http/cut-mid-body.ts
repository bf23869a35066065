import { Readable, Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Lets the first half of an answer through and then drops the connection, as a broken network does. */
export function cutMidBody(reply: FastifyReply, payload: unknown): unknown {
  const declared = Number(reply.getHeader('content-length'));
  if (payload instanceof Readable) return payload.pipe(cutAfter(reply, Math.floor(declared / 2) || 0));
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
  const bytes = Buffer.from(payload);
  reply.header('content-length', bytes.length);
  return Readable.from([bytes]).pipe(cutAfter(reply, Math.floor(bytes.length / 2)));
}

function cutAfter(reply: FastifyReply, limit: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const room = limit - passed;
      passed += chunk.length;
      if (chunk.length <= room) return done(null, chunk);
      this.push(chunk.subarray(0, Math.max(room, 0)));
      // Given to the socket first, so that the client has seen a beginning.
      setImmediate(() => reply.raw.socket?.destroy());
      return undefined;
    },
  });
}
