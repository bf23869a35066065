/** A tree as the model file has it: nodes by position, -1 for a leaf, to the left up to the threshold. */
export interface GrownTree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

export interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Grows a tree from its root: `split` says how the rows of a node part, if they do, and `leaf` what those of a leaf are worth. */
export function growTree(
  rows: readonly number[],
  depth: number,
  split: (rows: readonly number[]) => Split | undefined,
  leaf: (rows: readonly number[]) => number,
): GrownTree {
  const tree: GrownTree = { feature: [], threshold: [], left: [], right: [], value: [] };
  const grow = (inside: readonly number[], left: number): number => {
    const node = tree.feature.length;
    const found = left === 0 ? undefined : split(inside);
    tree.feature.push(found?.feature ?? -1);
    tree.threshold.push(found?.threshold ?? 0);
    tree.left.push(0);
    tree.right.push(0);
    tree.value.push(found === undefined ? leaf(inside) : 0);
    if (found !== undefined) {
      tree.left[node] = grow(found.left, left - 1);
      tree.right[node] = grow(found.right, left - 1);
    }
    return node;
  };
  grow(rows, depth);
  return tree;
}

export function leafValue(tree: GrownTree, vector: readonly number[]): number {
  let node = 0;
  while ((tree.feature[node] ?? -1) >= 0) {
    const below = (vector[tree.feature[node] ?? 0] ?? 0) <= (tree.threshold[node] ?? 0);
    node = (below ? tree.left[node] : tree.right[node]) ?? 0;
  }
  return tree.value[node] ?? 0;
}

/** Thresholds worth trying for each feature: between values that part the rows into about as many equal shares. */
export function thresholdsOf(vectors: readonly (readonly number[])[], shares: number): number[][] {
  return (vectors[0] ?? []).map((_, feature) => {
    const sorted = vectors.map((vector) => vector[feature] ?? 0).sort((one, other) => one - other);
    const cuts = Array.from({ length: shares - 1 }, (_unused, share) => {
      const at = Math.floor(((share + 1) * sorted.length) / shares);
      return Number((((sorted[at - 1] ?? 0) + (sorted[at] ?? 0)) / 2).toPrecision(7));
    });
    return [...new Set(cuts)];
  });
}
