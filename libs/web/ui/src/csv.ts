/** What a cell of CSV can hold; null is an empty one. */
export type CsvCell = string | number | null;

/**
 * Where a spreadsheet may see a formula begin (https://owasp.org/www-community/attacks/CSV_Injection): at the beginning of a cell, in
 * either width of the characters, and behind whatever the spreadsheet's country separates cells or lines by. As the server's own CSV.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])/g;

export function csvFile(lines: readonly (readonly CsvCell[])[]): Blob {
  return new Blob(lines.map(csvLine), { type: 'text/csv;charset=utf-8' });
}

/** One line (RFC 4180). Formulas get an apostrophe in front, which makes them text. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = value.replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
