import { growTree, leafValue, thresholdsOf, type GrownTree, type Split } from './grown-tree';
import { mean, rounded } from './training-data';

export interface BoostingOptions {
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  readonly leastInLeaf: number;
  /** Into how many shares the rows are parted by the thresholds tried. */
  readonly shares: number;
}

/** Gradient boosting with squared error: each tree is grown on what those before it have left over. */
export function boost(
  vectors: readonly (readonly number[])[],
  targets: readonly number[],
  options: BoostingOptions,
): { readonly base: number; readonly trees: readonly GrownTree[] } {
  const base = rounded(mean(targets));
  const residuals = targets.map((target) => target - base);
  const thresholds = thresholdsOf(vectors, options.shares);
  const all = vectors.map((_, row) => row);
  const bins = vectors.map((vector) =>
    vector.map((value, feature) => (thresholds[feature] ?? []).filter((cut) => cut < value).length),
  );
  const trees = Array.from({ length: options.trees }, () => {
    const tree = growTree(
      all,
      options.depth,
      (rows) => bestSplit(rows, bins, residuals, thresholds, options.leastInLeaf),
      (rows) => rounded(options.learningRate * mean(rows.map((row) => residuals[row] ?? 0))),
    );
    vectors.forEach((vector, row) => (residuals[row] = (residuals[row] ?? 0) - leafValue(tree, vector)));
    return tree;
  });
  return { base, trees };
}

/** The split that leaves the least squared error, found in a histogram of each feature. */
function bestSplit(
  rows: readonly number[],
  bins: readonly (readonly number[])[],
  residuals: readonly number[],
  thresholds: readonly (readonly number[])[],
  least: number,
): Split | undefined {
  const total = rows.reduce((sum, row) => sum + (residuals[row] ?? 0), 0);
  let best = { gain: 1e-9, feature: -1, cut: -1 };
  thresholds.forEach((cuts, feature) => {
    const sums = new Float64Array(cuts.length + 1);
    const counts = new Int32Array(cuts.length + 1);
    for (const row of rows) {
      const bin = bins[row]?.[feature] ?? 0;
      sums[bin] = (sums[bin] ?? 0) + (residuals[row] ?? 0);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    let [sum, count] = [0, 0];
    cuts.forEach((_, cut) => {
      sum += sums[cut] ?? 0;
      count += counts[cut] ?? 0;
      const rest = rows.length - count;
      if (count < least || rest < least) return;
      const gain = sum ** 2 / count + (total - sum) ** 2 / rest - total ** 2 / rows.length;
      if (gain > best.gain) best = { gain, feature, cut };
    });
  });
  const threshold = thresholds[best.feature]?.[best.cut];
  if (threshold === undefined) return undefined;
  const isLeft = (row: number): boolean => (bins[row]?.[best.feature] ?? 0) <= best.cut;
  return {
    feature: best.feature,
    threshold,
    left: rows.filter(isLeft),
    right: rows.filter((row) => !isLeft(row)),
  };
}
