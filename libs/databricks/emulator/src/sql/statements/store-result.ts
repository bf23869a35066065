import type { SqlResult } from '../engine/sql-request';
import type { ResultFile } from './result-file';
import { InlineLimitExceeded } from './statement-failure';
import type { StatementRequest } from './statement-request';

const MEBIBYTE = 1024 ** 2;

/** The most an INLINE result may have. Source: API page of `statementexecution/executeStatement`. */
export const INLINE_BYTES = 25 * MEBIBYTE;
/** After which an EXTERNAL_LINKS result is cut. Source: the same. */
const EXTERNAL_BYTES = 100 * 1024 * MEBIBYTE;

/**
 * Writes a result's rows into its file, up to the limits of the request. Answers whether rows are missing because of a
 * limit. Throws InlineLimitExceeded, or the signal's reason when it is aborted; the unfinished file is left to the caller.
 */
export async function storeResult(
  result: SqlResult,
  file: ResultFile,
  request: Pick<StatementRequest, 'disposition' | 'rowLimit' | 'byteLimit'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { rowLimit = Infinity, disposition } = request;
  const inline = disposition === 'INLINE';
  const byteLimit = request.byteLimit ?? (inline ? Infinity : EXTERNAL_BYTES);
  let rows = 0;
  let bytes = 0;
  for await (const batch of result.chunks()) {
    signal.throwIfAborted();
    for (const row of batch) {
      const encoded = file.encoder.encode(row);
      if (rows >= rowLimit || bytes + encoded.bytes > byteLimit) {
        await file.finish();
        return true;
      }
      rows += 1;
      bytes += encoded.bytes;
      if (inline && bytes > INLINE_BYTES) throw new InlineLimitExceeded(INLINE_BYTES);
      const writing = file.add(encoded);
      if (writing !== undefined) await writing;
    }
  }
  signal.throwIfAborted();
  await file.finish();
  return result.truncated();
}
