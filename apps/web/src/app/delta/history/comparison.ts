/** Two versions to be compared, the earlier one first. */
export interface Comparison {
  readonly from: number;
  readonly to: number;
}

const TEXT = /^(\d{1,15})\.\.(\d{1,15})$/;

function between(a: number, b: number): Comparison {
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** Reads `3..7`; undefined when it is something else, or no two versions. */
export function comparisonFrom(text: string | null | undefined): Comparison | undefined {
  const [, from, to] = TEXT.exec(text ?? '') ?? [];
  return from === undefined || to === undefined || from === to ? undefined : between(Number(from), Number(to));
}

export function comparisonText({ from, to }: Comparison): string {
  return `${from}..${to}`;
}

/** The chosen versions after another one was chosen or left: two at most, the one that was chosen first goes. */
export function toggled(chosen: readonly number[], version: number): readonly number[] {
  return chosen.includes(version) ? chosen.filter((other) => other !== version) : [...chosen, version].slice(-2);
}

/** What two chosen versions compare to. */
export function comparisonOf(chosen: readonly number[]): Comparison | undefined {
  const [first, second] = chosen;
  return first === undefined || second === undefined ? undefined : between(first, second);
}
