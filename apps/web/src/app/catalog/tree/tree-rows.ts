import { type Problem } from '@lakescope/web-api';

/** What a list says of a catalog, schema or volume beside its name. */
export interface NodeFacts {
  readonly owner: string | null;
  readonly comment: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

/** One object of the tree. */
export interface TreeNode {
  /** Of its place; unique in the whole tree. */
  readonly key: string;
  readonly kind: 'catalog' | 'schema' | 'table' | 'view' | 'volume';
  readonly names: readonly string[];
  readonly name: string;
  /** The name as the filter and the keys compare it. */
  readonly folded: string;
  /** Undefined where the list does not say it. */
  readonly facts: NodeFacts | undefined;
}

/** What is known about the things below a node. What has come stays, whatever became of the rest. */
export interface Branch {
  readonly nodes: readonly TreeNode[];
  readonly isLoading: boolean;
  readonly problems: readonly Problem[];
}

export const ROOT_KEY = '';

interface RowPlace {
  readonly key: string;
  /** Counted from 1, as screen readers say it. */
  readonly level: number;
}

export interface NodeRow extends RowPlace {
  readonly kind: 'node';
  readonly node: TreeNode;
  /** Undefined for what has nothing below it. */
  readonly isOpen: boolean | undefined;
  readonly position: number;
  readonly size: number;
}

export interface ProblemRow extends RowPlace {
  readonly kind: 'problem';
  readonly problem: Problem;
  /** Whose things could not be listed. */
  readonly branch: string;
}

export type TreeRow =
  NodeRow | ProblemRow | (RowPlace & { readonly kind: 'waiting' }) | (RowPlace & { readonly kind: 'empty' });

/** As many bars as tell that a list is coming; after what has already come, one. */
const BARS = 3;

export function isBranch({ kind }: TreeNode): boolean {
  return kind === 'catalog' || kind === 'schema';
}

/** What the keyboard stops at. */
export function isStop(row: TreeRow): boolean {
  return row.kind !== 'waiting';
}

/**
 * The rows in their order. With a filter, those whose name contains it and what leads to them; what is open below a name
 * that matches is shown whole. Only what has been loaded can be found.
 */
export function treeRows(
  branches: ReadonlyMap<string, Branch>,
  open: ReadonlySet<string>,
  filter: string,
): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = filter.trim().toLowerCase();

  function matches(node: TreeNode): boolean {
    return node.folded.includes(wanted) || leadsToMatch(node);
  }

  function leadsToMatch(node: TreeNode): boolean {
    return isBranch(node) && (branches.get(node.key)?.nodes.some(matches) ?? false);
  }

  function add(key: string, level: number, isFiltered: boolean): void {
    const branch = branches.get(key) ?? { nodes: [], isLoading: true, problems: [] };
    const nodes = isFiltered ? branch.nodes.filter(matches) : branch.nodes;
    nodes.forEach((node, index) => {
      const isForcedOpen = isFiltered && leadsToMatch(node);
      const isOpen = isBranch(node) ? isForcedOpen || open.has(node.key) : undefined;
      rows.push({ kind: 'node', key: node.key, node, level, isOpen, position: index + 1, size: nodes.length });
      if (isOpen) add(node.key, level + 1, isForcedOpen);
    });
    if (isFiltered && key !== ROOT_KEY) return;
    if (branch.isLoading) addBars(key, level, branch.nodes.length === 0 ? BARS : 1);
    branch.problems.forEach((problem, index) =>
      rows.push({ kind: 'problem', key: `${key}!${index}`, level, problem, branch: key }),
    );
    if (!branch.isLoading && branch.nodes.length === 0 && branch.problems.length === 0) {
      rows.push({ kind: 'empty', key: `${key}-`, level });
    }
  }

  function addBars(key: string, level: number, count: number): void {
    for (let bar = 0; bar < count; bar += 1) rows.push({ kind: 'waiting', key: `${key}~${bar}`, level });
  }

  add(ROOT_KEY, 1, wanted !== '');
  return rows;
}
