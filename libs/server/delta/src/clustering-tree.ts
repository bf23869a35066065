/** Columns a table is clustered by, found by their physical names level by level. */
export interface ClusteringNode {
  /** Place among the clustering columns; undefined on the way to one. */
  place: number | undefined;
  readonly below: Map<string, ClusteringNode>;
}

export function clusteringTree(columns: readonly (readonly string[])[]): ClusteringNode {
  const root: ClusteringNode = { place: undefined, below: new Map() };
  for (const [place, path] of columns.entries()) {
    let node = root;
    for (const name of path) {
      const next = node.below.get(name) ?? { place: undefined, below: new Map<string, ClusteringNode>() };
      node.below.set(name, next);
      node = next;
    }
    node.place = place;
  }
  return root;
}
