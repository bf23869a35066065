import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { willChangeAnswer } from '../http/fault-hooks';
import { ServiceRefusal } from '../http/refusals';
import { parseByteRange, type ByteRange } from './byte-range';
import { pumpFile } from './pump-file';

/** Answers a file or the range of it that is asked for, and closes it whatever happens. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { handle, stats }: { handle: FileHandle; stats: Stats },
): Promise<FastifyReply> {
  let part: ByteRange;
  try {
    refuseChanged(request, stats);
    const range = parseByteRange(request.headers.range, stats.size);
    if (range === 'unsatisfiable') throw unsatisfiable(stats.size);
    part = range === 'whole' ? { first: 0, last: stats.size - 1 } : range;
    const { first, last } = part;
    describeFile(reply, stats).header('content-length', last - first + 1);
    if (range !== 'whole') reply.code(206).header('content-range', `bytes ${first}-${last}/${stats.size}`);
    if (last < first) {
      await handle.close();
      return await reply.send('');
    }
    if (willChangeAnswer(request)) return await reply.send(streamOf(handle, reply, part));
  } catch (error) {
    await handle.close();
    throw error;
  }
  reply.hijack();
  try {
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '');
    await pumpFile(handle, reply.raw, part);
  } catch (error) {
    reply.raw.destroy();
    throw error;
  } finally {
    await handle.close();
  }
  return reply;
}

/** For a planned fault, which takes the body apart or puts another in its place. */
function streamOf(handle: FileHandle, reply: FastifyReply, { first, last }: ByteRange): Readable {
  const body = handle.createReadStream({ start: first, end: last });
  // A client that has left, perhaps before the first byte, would leave the stream and its file open.
  if (reply.raw.destroyed) body.destroy();
  else reply.raw.once('close', () => body.destroy());
  return body;
}

export function describeFile(reply: FastifyReply, stats: Stats): FastifyReply {
  return reply
    .type('application/octet-stream')
    .header('accept-ranges', 'bytes')
    .header('last-modified', stats.mtime.toUTCString())
    .header('etag', `"${Math.floor(stats.mtimeMs).toString(16)}-${stats.size.toString(16)}"`);
}

export function refuseChanged(request: FastifyRequest, stats: Stats): void {
  const since = Date.parse(request.headers['if-unmodified-since'] ?? '');
  // HTTP dates have whole seconds; an unparsable one is ignored (RFC 9110, 13.1.4).
  if (Math.floor(stats.mtimeMs / 1000) * 1000 > since) {
    throw new ServiceRefusal(412, 'PRECONDITION_FAILED', 'The file was modified since the given time.');
  }
}

function unsatisfiable(size: number): ServiceRefusal {
  return new ServiceRefusal(416, 'RANGE_NOT_SATISFIABLE', 'The requested range lies outside of the file.', {
    headers: { 'content-range': `bytes */${size}` },
  });
}
