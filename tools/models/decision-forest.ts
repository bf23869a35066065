import type { Chance } from './chance';
import { growTree, leafValue, thresholdsOf, type GrownTree, type Split } from './grown-tree';
import { rounded } from './training-data';

export interface ForestOptions {
  readonly trees: number;
  readonly depth: number;
  readonly leastInLeaf: number;
  /** How many features are tried at each node. */
  readonly tried: number;
  readonly shares: number;
}

export interface GrownForest {
  readonly trees: readonly GrownTree[];
  /** The values of leaves are positions in this list. */
  readonly distributions: readonly (readonly number[])[];
}

/** A random forest: each tree sees rows drawn with replacement, each node some of the features; splits by the Gini impurity. */
export function growForest(
  vectors: readonly (readonly number[])[],
  classes: readonly number[],
  options: ForestOptions,
  chance: Chance,
): GrownForest {
  const kinds = Math.max(...classes) + 1;
  const thresholds = thresholdsOf(vectors, options.shares);
  const distributions = new Map<string, number>();
  const leaf = (rows: readonly number[]): number => {
    const counts = countsOf(rows, classes, kinds);
    const shares = JSON.stringify(counts.map((count) => rounded(count / rows.length, 4)));
    const known = distributions.get(shares) ?? distributions.size;
    distributions.set(shares, known);
    return known;
  };
  const trees = Array.from({ length: options.trees }, () => {
    const drawn = vectors.map(() => chance.below(vectors.length));
    return growTree(drawn, options.depth, (rows) => bestSplit(rows, features(options, chance, thresholds)), leaf);
  });
  return { trees, distributions: [...distributions.keys()].map((shares) => JSON.parse(shares) as number[]) };

  function bestSplit(rows: readonly number[], tried: readonly number[]): Split | undefined {
    let best: Split | undefined;
    let least = impurity(rows, classes, kinds) - 1e-9;
    for (const feature of tried) {
      for (const threshold of thresholds[feature] ?? []) {
        const left = rows.filter((row) => (vectors[row]?.[feature] ?? 0) <= threshold);
        if (left.length < options.leastInLeaf || rows.length - left.length < options.leastInLeaf) continue;
        const right = rows.filter((row) => (vectors[row]?.[feature] ?? 0) > threshold);
        const mixed = impurity(left, classes, kinds) + impurity(right, classes, kinds);
        if (mixed >= least) continue;
        least = mixed;
        best = { feature, threshold, left, right };
      }
    }
    return best;
  }
}

export function sharesOf({ trees, distributions }: GrownForest, vector: readonly number[]): number[] {
  const leaves = trees.map((tree) => distributions[leafValue(tree, vector)] ?? []);
  return (leaves[0] ?? []).map((_, kind) => leaves.reduce((sum, one) => sum + (one[kind] ?? 0), 0) / trees.length);
}

function features({ tried }: ForestOptions, chance: Chance, thresholds: readonly unknown[]): number[] {
  const left = thresholds.map((_, feature) => feature);
  return Array.from({ length: Math.min(tried, left.length) }, () => left.splice(chance.below(left.length), 1)[0] ?? 0);
}

/** Weighed by the number of rows. */
function impurity(rows: readonly number[], classes: readonly number[], kinds: number): number {
  const counts = countsOf(rows, classes, kinds);
  return rows.length - counts.reduce((sum, count) => sum + count ** 2, 0) / Math.max(1, rows.length);
}

function countsOf(rows: readonly number[], classes: readonly number[], kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const row of rows) counts[classes[row] ?? 0] = (counts[classes[row] ?? 0] ?? 0) + 1;
  return counts;
}
