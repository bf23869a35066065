import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { currentCorrelationId } from './correlation';

/** So much is made ahead of what the client has taken. */
const AHEAD_BYTES = 64 * 1024;

/**
 * A file that is made piece by piece while it is downloaded. When making it fails, the line is cut, so that half of it is not taken for the
 * whole; why is in the log, because the answer has long begun and cannot say it. A client that leaves ends the making, too.
 */
export function textDownload(
  pieces: AsyncIterable<string>,
  { type, fileName }: { type: string; fileName: string },
): StreamableFile {
  const stream = Readable.from(pieces, { objectMode: false, highWaterMark: AHEAD_BYTES });
  const correlationId = currentCorrelationId();
  stream.once('error', (error) => {
    const msg = `The download ${fileName} broke off`;
    new Logger('Download').error({ msg, correlation_id: correlationId, err: error });
  });
  return new StreamableFile(stream, {
    type: `${type}; charset=utf-8`,
    disposition: `attachment; filename="${fileName}"`,
  });
}
