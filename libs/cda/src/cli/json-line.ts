/** A value as one line of JSON; numbers beyond 2^53 may occur, so that counts of rows are text. */
export function jsonLine(value: object): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
  return `${text}\n`;
}
