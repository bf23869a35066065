import type { Parameters } from './parameters';
import type { TierPiece } from './reading-plan';

export interface AskedPiece extends TierPiece {
  /** Only what replicas have folded themselves, not what was worked out from raw rows. */
  readonly foldedOnly?: boolean;
}

/** The pieces as a table `piece(minutes, begins, ends, folded_only)`. */
export function piecesOf(parameters: Parameters, pieces: readonly AskedPiece[]): string {
  const minutes = parameters.add(pieces.map(({ granularityMs }) => granularityMs / 60_000));
  const begins = parameters.add(pieces.map(({ from }) => new Date(from).toISOString()));
  const ends = parameters.add(pieces.map(({ to }) => new Date(to).toISOString()));
  const folded = parameters.add(pieces.map(({ foldedOnly }) => foldedOnly === true));
  return `unnest(${minutes}::int2[], ${begins}::timestamptz[], ${ends}::timestamptz[], ${folded}::bool[])
            AS piece(minutes, begins, ends, folded_only)`;
}
