import { featureOf, type CellOf } from './features';
import type { BoostedTrees, DecisionForest, LinearRegression, ModelFile, Tree } from './model-file';

/** The answer for one row. `params` are those of the signature, defaults included. */
export type Evaluation = (cellOf: CellOf, params: ReadonlyMap<string, unknown>) => unknown;

/** How a model answers a row; made once, used for every row. */
export function evaluationOf(file: ModelFile): Evaluation {
  const vectorOf = (cellOf: CellOf): number[] => file.features.map((feature) => featureOf(feature, cellOf));
  switch (file.kind) {
    case 'linear_regression':
      return (cellOf) => linear(file, vectorOf(cellOf));
    case 'gradient_boosted_trees':
      return (cellOf) => boosted(file, vectorOf(cellOf));
    case 'decision_forest':
      return (cellOf, params) => decided(file, vectorOf(cellOf), params.get('threshold'));
  }
}

function linear({ intercept, coefficients }: LinearRegression, vector: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, index) => sum + coefficient * (vector[index] ?? 0), intercept);
}

function boosted({ base, trees }: BoostedTrees, vector: readonly number[]): number {
  return trees.reduce((sum, tree) => sum + leafOf(tree, vector), base);
}

function decided(forest: DecisionForest, vector: readonly number[], threshold: unknown): object {
  const { label, classes, trees, distributions, undecided } = forest;
  const shares = classes.map(() => 0);
  for (const tree of trees) {
    distributions[leafOf(tree, vector)]?.forEach((share, index) => (shares[index] = (shares[index] ?? 0) + share));
  }
  const most = Math.max(...shares);
  const probability = most / trees.length;
  const reached = typeof threshold !== 'number' || probability >= threshold;
  return { [label]: reached ? classes[shares.indexOf(most)] : undecided, probability };
}

/** The value of the leaf a vector falls into. */
function leafOf({ feature, threshold, left, right, value }: Tree, vector: readonly number[]): number {
  let node = 0;
  for (;;) {
    const at = feature[node] ?? -1;
    if (at < 0) return value[node] ?? 0;
    node = ((vector[at] ?? 0) <= (threshold[node] ?? 0) ? left[node] : right[node]) ?? 0;
  }
}
