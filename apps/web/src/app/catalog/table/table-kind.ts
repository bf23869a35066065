/** TABLE or VIEW and the like, as people call it: whether the platform keeps its files is told elsewhere. */
export function typeWord(tableType: string | null): string {
  const type = tableType ?? '';
  if (type === '' || type === 'MANAGED' || type === 'EXTERNAL') return 'TABLE';
  return type.replaceAll('_', ' ');
}

/** What is computed when it is asked: it has no rows of its own, and no history. */
export function isView(tableType: string | null): boolean {
  return tableType === 'VIEW' || tableType === 'METRIC_VIEW';
}
