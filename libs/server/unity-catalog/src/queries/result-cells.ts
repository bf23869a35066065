import { PlatformError, type ExternalLink, type ResultLinks, type StatementResult } from '@lakescope/databricks-client';
import type { ResultColumnType } from './query-record';
import type { ResultWay } from './result-ways';

export type Cells = (string | null)[];

/** A chunk is read as a whole for one answer; the platform makes them of some MiB, and promises no bound. */
const CHUNK_BYTES = 64 * 1024 * 1024;

/** The rows of a chunk as the platform writes them, text or null, in whichever way they come. */
export async function cellsOf(
  result: StatementResult,
  way: ResultWay,
  columns: readonly ResultColumnType[],
  links: ResultLinks,
): Promise<readonly Cells[]> {
  if (way.disposition === 'INLINE') return result.data_array ?? [];
  const rows: Cells[] = [];
  for (const link of result.external_links ?? []) rows.push(...(await linkedRows(link, links)));
  return rows;
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
