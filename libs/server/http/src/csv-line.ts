/** One line of CSV (RFC 4180); null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Where a spreadsheet may see a formula begin (https://owasp.org/www-community/attacks/CSV_Injection): at the beginning of a cell, in
 * either width of the characters, and behind whatever the spreadsheet's country separates cells or lines by.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])/g;

/** Formulas get an apostrophe in front, which makes them text; numbers are ours and stay as they are. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : csvText(value);
}

/** A cell with text. */
export function csvText(value: string): string {
  const harmless = value.replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
