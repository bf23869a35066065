export interface GridPosition {
  readonly row: number;
  readonly column: number;
}

/** The row of the columns' heads, where it can be walked through. */
export const HEAD_ROW = -1;

const PAGE = 10;

const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** Where a key leads from a cell, by the ARIA grid pattern; undefined for keys that move nothing. */
export function moveInGrid(
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  { row, column }: GridPosition,
  size: { readonly rows: number; readonly columns: number; readonly hasHeads?: boolean },
): GridPosition | undefined {
  if (row === HEAD_ROW && (key === 'ArrowUp' || key === 'PageUp')) return { row, column };
  const to = (nextRow: number, nextColumn: number): GridPosition => ({
    row: nextRow === HEAD_ROW && size.hasHeads ? HEAD_ROW : within(nextRow, size.rows),
    column: within(nextColumn, size.columns),
  });
  switch (key) {
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'PageDown':
      return to(row + PAGE, column);
    case 'PageUp':
      return to(Math.max(0, row - PAGE), column);
    case 'Home':
      return to(ctrlKey ? 0 : row, 0);
    case 'End':
      return to(ctrlKey ? size.rows - 1 : row, size.columns - 1);
    default:
      return undefined;
  }
}
