import { type IconName } from '@lakescope/web-ui';
import { type TreeNode } from '../tree/tree-rows';
import { type ListedObject } from './listed-object';

export const NODE_ICONS: Readonly<Record<TreeNode['kind'], IconName>> = {
  catalog: 'catalog',
  schema: 'schema',
  table: 'table',
  view: 'view',
  volume: 'volume',
};

export const NODE_WORDS: Readonly<Record<TreeNode['kind'], string>> = {
  catalog: $localize`catalog`,
  schema: $localize`schema`,
  table: $localize`table`,
  view: $localize`view`,
  volume: $localize`volume`,
};

/** A node of the tree as a line of a list. */
export function objectFrom({ kind, names, facts }: TreeNode): ListedObject {
  return {
    place: { names, kind: kind === 'volume' ? 'volume' : undefined },
    icon: NODE_ICONS[kind],
    what: NODE_WORDS[kind],
    owner: facts?.owner ?? null,
    comment: facts?.comment ?? null,
    updatedAt: facts?.updated_at ?? null,
  };
}
