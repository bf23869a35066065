import { isStop, type TreeRow } from './tree-rows';

/** What a key does to the tree. Indexes are those of its rows. */
export type TreeAct =
  | { readonly does: 'go'; readonly to: number }
  | { readonly does: 'open'; readonly key: string }
  | { readonly does: 'close'; readonly key: string }
  | { readonly does: 'choose'; readonly row: number };

/** The nearest row at which the keyboard stops, looking on from an index; undefined at the ends. */
function stopFrom(rows: readonly TreeRow[], start: number, step: 1 | -1): number | undefined {
  for (let index = start; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row && isStop(row)) return index;
  }
  return undefined;
}

function goTo(to: number | undefined): TreeAct | undefined {
  return to === undefined ? undefined : { does: 'go', to };
}

/** The row it is part of. */
function parentOf(rows: readonly TreeRow[], index: number): number | undefined {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above -= 1) {
    if ((rows[above]?.level ?? level) < level) return above;
  }
  return undefined;
}

/**
 * What a key does at a row, by the ARIA tree pattern; undefined for keys that do nothing there.
 * `page` is how many rows are in sight.
 */
export function treeAct(key: string, rows: readonly TreeRow[], active: number, page: number): TreeAct | undefined {
  const row = rows[active];
  switch (key) {
    case 'ArrowDown':
      return goTo(stopFrom(rows, active + 1, 1));
    case 'ArrowUp':
      return goTo(stopFrom(rows, active - 1, -1));
    case 'PageDown':
      return goTo(stopFrom(rows, Math.min(rows.length - 1, active + page), -1));
    case 'PageUp':
      return goTo(stopFrom(rows, Math.max(0, active - page), 1));
    case 'Home':
      return goTo(stopFrom(rows, 0, 1));
    case 'End':
      return goTo(stopFrom(rows, rows.length - 1, -1));
    case 'ArrowRight':
      if (row?.kind !== 'node' || row.isOpen === undefined) return undefined;
      if (!row.isOpen) return { does: 'open', key: row.key };
      return (rows[active + 1]?.level ?? 0) > row.level ? goTo(stopFrom(rows, active + 1, 1)) : undefined;
    case 'ArrowLeft':
      if (row?.kind === 'node' && row.isOpen) return { does: 'close', key: row.key };
      return goTo(parentOf(rows, active));
    case 'Enter':
    case ' ':
      return row === undefined || !isStop(row) ? undefined : { does: 'choose', row: active };
    default:
      return undefined;
  }
}
