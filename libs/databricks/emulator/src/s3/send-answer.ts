import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../state/error-code';
import type { S3Answer } from './s3-answer';

const PIECE_BYTES = 256 * 1024;

/** Sends an answer; the file of one is streamed and closed. `cut` drops the connection half-way. */
export async function sendAnswer(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body, file }: S3Answer,
  cut: boolean,
): Promise<void> {
  // A body that nobody wanted, as that of a GET, must not stay in the way of the next request.
  message.resume();
  const length = body === undefined ? undefined : Buffer.byteLength(body);
  const described = file === undefined && status !== 204 && status !== 304 ? { 'content-length': length ?? 0 } : {};
  response.writeHead(status, { ...described, ...headers });
  if (file === undefined) {
    response.end(message.method === 'HEAD' ? undefined : cut ? body?.slice(0, body.length / 2) : body);
    if (cut) response.socket?.destroySoon();
    return;
  }
  if (message.method === 'HEAD') {
    response.end();
    return file.source.close();
  }
  const wanted = file.end - file.start + 1;
  if (wanted <= PIECE_BYTES && !cut) return sendPiece(response, file, wanted);
  const end = cut ? file.start + Math.floor(wanted / 2) : file.end;
  const stream = file.source.stream(file.start, end, PIECE_BYTES);
  try {
    await pipeline(stream, response, { end: false });
  } catch (error) {
    // The reader went away.
    if (!['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED'].includes(errorCode(error) ?? ''))
      throw error;
    response.destroy();
    return;
  }
  // Somebody made the file shorter meanwhile: only a broken connection says so after the headers.
  if (cut || stream.bytesRead < wanted) response.destroy();
  else response.end();
}

/** Most answers are small: one read and one packet, without a stream. */
function sendPiece(response: ServerResponse, { source, start }: NonNullable<S3Answer['file']>, wanted: number): void {
  const piece = Buffer.allocUnsafe(wanted);
  try {
    // Somebody made the file shorter meanwhile: only a broken connection says so after the headers.
    if (source.read(piece, start) < wanted) response.destroy();
    else response.end(piece);
  } finally {
    source.close();
  }
}
