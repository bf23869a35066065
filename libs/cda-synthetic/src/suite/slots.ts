import type { Change } from './row-stream';
import type { Disorder } from './disorder';
import type { TableSchema } from './schema-line';

/** A folder to come: when, with which schema, what goes wrong in it, and its changes in the order they arrive. */
export interface Slot {
  at: number;
  schema: TableSchema;
  readonly disorders: Set<Disorder>;
  changes: Change[];
}

/** So many folders a step has where something goes wrong: each thing has its place. */
export const LEAST_WITH_DISORDER = 8;

const PLACES: readonly (readonly [Disorder, number])[] = [
  ['wrong-metrics', 0],
  ['missing-metrics', 1],
  ['update-before-insert', 1],
  ['late-row-after-delete', 2],
  ['duplicate-folder', 3],
  ['empty-folder', 4],
  ['truncated-file', 5],
];

/** Says of each slot what goes wrong there. */
export function placeDisorders(slots: readonly Slot[], disorders: readonly Disorder[]): void {
  for (const [name, place] of PLACES) {
    if (disorders.includes(name)) slots[place]?.disorders.add(name);
  }
  const isPast = disorders.includes('past-the-fence');
  if (isPast) slots.at(-1)?.disorders.add('past-the-fence');
  if (disorders.includes('half-written')) slots.at(isPast ? -2 : -1)?.disorders.add('half-written');
}
