import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MetricKind } from '../roll-up/raw-tables';
import { Parameters } from './parameters';
import type { TierPiece } from './reading-plan';
import { piecesOf } from './tier-pieces';

interface Kept {
  readonly version: string | null;
  readonly answer: unknown;
}

/** A month of 40 endpoints put together takes a tenth of a megabyte. */
const MOST_ANSWERS = 100;

/**
 * What the tiers say about a stretch of whole buckets, put together once: who looks at the last month sees the same 29 days all day long.
 * An answer counts only while the totals of all of its buckets are the ones it was read beside; each roll-up writes them anew.
 */
@Injectable()
export class PieceMemory {
  private readonly kept = new Map<string, Kept>();

  /** One answer for each piece, in their order. `question` is everything that `read` depends on beside the piece; nobody may change an answer. */
  async of<T>(
    tx: EntityManager,
    kind: MetricKind,
    question: string,
    pieces: readonly TierPiece[],
    read: (piece: TierPiece) => Promise<T>,
  ): Promise<readonly T[]> {
    const answers: T[] = [];
    const versions = await readVersions(tx, kind, pieces);
    for (const [index, piece] of pieces.entries()) {
      const version = versions[index] ?? null;
      const key = JSON.stringify([kind, question, piece.granularityMs, piece.from, piece.to]);
      const known = this.kept.get(key);
      const answer = known?.version === version ? (known.answer as T) : await read(piece);
      this.keep(key, { version, answer });
      answers.push(answer);
    }
    return answers;
  }

  private keep(key: string, kept: Kept): void {
    // Those that were asked for last are at the end.
    this.kept.delete(key);
    this.kept.set(key, kept);
    for (const [oldest] of this.kept) {
      if (this.kept.size <= MOST_ANSWERS) return;
      this.kept.delete(oldest);
    }
  }
}

/** SQL for what changes whenever the totals of a bucket are written; see `readVersions`. */
export const VERSION = `xmin::text || ':' || sample_count`;

/**
 * `xmin` is the transaction that wrote a row: another one for each time its bucket was rolled up. After a crash Postgres may give the number
 * of one that was lost away again; hence the count beside it. Null where nothing happened.
 */
async function readVersions(
  tx: EntityManager,
  kind: MetricKind,
  pieces: readonly TierPiece[],
): Promise<readonly (string | null)[]> {
  if (pieces.length === 0) return [];
  const parameters = new Parameters();
  const rows = (await tx.query(
    `SELECT (SELECT md5(string_agg(${VERSION}, ' ' ORDER BY time_bucket)) FROM metric_totals
             WHERE granularity_min = minutes AND metric_type = ${parameters.add(kind)} AND time_bucket >= begins AND time_bucket < ends
            ) AS version
     FROM ${piecesOf(parameters, pieces)}`,
    parameters.values,
  )) as { version: string | null }[];
  return rows.map(({ version }) => version);
}
