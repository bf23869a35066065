/** So many of something, in words: `1 folder`, `50 folders`; what is more than one is called by adding an s. */
export function counted(count: number | bigint, one: string): string {
  return `${count} ${one}${Number(count) === 1 ? '' : 's'}`;
}
