import { PlatformError, type ExternalLink, type ResultLinks, type StatementResult } from '@lakescope/databricks-client';
import { arrowCells } from './arrow-cells';
import type { Cells } from './cells';
import type { ResultWay } from './result-ways';

/** A chunk is read as a whole for one answer; the platform makes them of some MiB, and promises no bound. */
const CHUNK_BYTES = 64 * 1024 * 1024;

/** The rows of a chunk as the platform writes them, text or null, in whichever way they come. */
export async function cellsOf(result: StatementResult, way: ResultWay, links: ResultLinks): Promise<readonly Cells[]> {
  if (way.disposition === 'INLINE') {
    if (way.format === 'JSON_ARRAY') return result.data_array ?? [];
    return result.attachment === undefined ? [] : arrowCells(Buffer.from(result.attachment, 'base64'));
  }
  const chunks: Cells[][] = [];
  for (const link of result.external_links ?? []) {
    chunks.push(
      way.format === 'JSON_ARRAY' ? await linkedRows(link, links) : await arrowCells(await linkedBytes(link, links)),
    );
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : chunks.flat();
}

async function linkedBytes(link: ExternalLink, links: ResultLinks): Promise<Uint8Array> {
  const { body } = await links.stream(link);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > CHUNK_BYTES)
      throw new PlatformError('upstream', `A chunk of the result is larger than ${CHUNK_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function linkedRows(link: ExternalLink, links: ResultLinks): Promise<Cells[]> {
  const text = await links.text(link, { maximumBytes: CHUNK_BYTES });
  try {
    const rows: unknown = JSON.parse(text);
    if (Array.isArray(rows) && rows.every(Array.isArray)) return rows as Cells[];
  } catch (cause) {
    throw new PlatformError('upstream', 'A chunk of the result is not JSON', { cause });
  }
  throw new PlatformError('upstream', 'A chunk of the result is no list of rows');
}
