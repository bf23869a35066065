import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MetricKind } from '../roll-up/raw-tables';
import { Parameters } from './parameters';
import type { TierPiece } from './reading-plan';
import { piecesOf } from './tier-pieces';

interface Kept {
  readonly version: string;
  readonly answer: unknown;
}

/** A month of 40 endpoints put together takes a tenth of a megabyte. */
const MOST_ANSWERS = 150;

/**
 * What the tiers say about a stretch of whole buckets, put together once: who looks at the last month sees the same 29 days all day long.
 * An answer counts only while the totals of all of its buckets are the ones it was read beside; each roll-up writes them anew.
 */
@Injectable()
export class PieceMemory {
  private readonly kept = new Map<string, Kept>();

  /** What is remembered and is true in the snapshot of this transaction. */
  within(tx: EntityManager): KnownPieces {
    return new KnownPieces(tx, this.kept);
  }
}

/** Pieces as one snapshot of the database has them. */
export class KnownPieces {
  private readonly versions = new Map<string, Promise<PieceVersion>>();

  constructor(
    readonly tx: EntityManager,
    private readonly kept: Map<string, Kept>,
  ) {}

  /**
   * One answer for each piece, in their order. `question` is everything that `read` depends on beside the piece and its totals of these
   * kinds; nobody may change an answer.
   */
  async of<T>(
    kinds: readonly MetricKind[],
    question: string,
    pieces: readonly TierPiece[],
    read: (piece: TierPiece) => Promise<T>,
  ): Promise<readonly T[]> {
    this.askVersions(pieces);
    const answers: T[] = [];
    for (const piece of pieces) {
      const versions = await this.versions.get(keyOf(piece));
      const version = kinds.map((kind) => versions?.[kind] ?? 'nothing').join(' ');
      const key = JSON.stringify([kinds, question, keyOf(piece)]);
      const known = this.kept.get(key);
      const answer = known?.version === version ? (known.answer as T) : await read(piece);
      this.keep(key, { version, answer });
      answers.push(answer);
    }
    return answers;
  }

  /** Each piece once: what an answer is made of asks for the same pieces. */
  private askVersions(pieces: readonly TierPiece[]): void {
    const missing = pieces.filter((piece) => !this.versions.has(keyOf(piece)));
    if (missing.length === 0) return;
    const read = readVersions(this.tx, missing);
    for (const [index, piece] of missing.entries()) {
      const version = read.then((versions) => versions[index] ?? NOTHING);
      // Who waits for it hears of it.
      version.catch(() => undefined);
      this.versions.set(keyOf(piece), version);
    }
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

/** Of a kind of which nothing happened: null. */
type PieceVersion = Readonly<Record<MetricKind, string | null>>;

const NOTHING: PieceVersion = { performance: null, usage: null };

/**
 * `xmin` is the transaction that wrote a row: another one for each time its bucket was rolled up. After a crash Postgres may give the number
 * of one that was lost away again; hence the count beside it.
 */
function readVersions(tx: EntityManager, pieces: readonly TierPiece[]): Promise<PieceVersion[]> {
  const parameters = new Parameters();
  const of = (kind: MetricKind): string =>
    `(SELECT md5(string_agg(${VERSION}, ' ' ORDER BY time_bucket)) FROM metric_totals
      WHERE granularity_min = minutes AND metric_type = '${kind}' AND time_bucket >= begins AND time_bucket < ends) AS ${kind}`;
  return tx.query(
    `SELECT ${of('performance')}, ${of('usage')} FROM ${piecesOf(parameters, pieces)}`,
    parameters.values,
  ) as Promise<PieceVersion[]>;
}

function keyOf({ granularityMs, from, to }: TierPiece): string {
  return `${granularityMs} ${from} ${to}`;
}
