interface Column {
  readonly name: string;
}

type Row = readonly unknown[];

/** A value as a field of CSV: NULL is an empty field, the empty text a quoted one, nested values are JSON. */
function csvField(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV by RFC 4180, with a line of names. */
export function rowsCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ name }) => csvField(name)),
    ...rows.map((row) => columns.map((_, at) => csvField(row[at]))),
  ];
  return lines.map((line) => line.join(',') + '\r\n').join('');
}

/** Rows as a JSON array of objects; of several columns of one name the later ones get a number. */
export function rowsJson(columns: readonly Column[], rows: readonly Row[]): string {
  const names = uniqueNames(columns);
  const objects = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  return JSON.stringify(objects, null, 2) + '\n';
}

function uniqueNames(columns: readonly Column[]): readonly string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number += 1) unique = `${name} ${number}`;
    taken.add(unique);
    return unique;
  });
}
