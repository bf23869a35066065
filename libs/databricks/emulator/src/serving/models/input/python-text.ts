/** Values as Python writes them, since MLflow's messages quote what they refuse. */

/** `type(value).__name__` of what `json.loads` has read. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'str' : 'dict';
}

/** `str(value)`. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : reprOf(value);
}

/** `repr(value)`. */
export function reprOf(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(reprOf).join(', ')}]`;
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  if (Buffer.isBuffer(value)) return `b${quoted(value.toString('latin1'))}`;
  if (typeof value !== 'object') return String(value as bigint);
  const entries = Object.entries(value).map(([name, one]) => `${quoted(name)}: ${reprOf(one)}`);
  return `{${entries.join(', ')}}`;
}

export function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  // Python has at least two digits in an exponent.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `('a',)` and `(1, 2)`. */
export function tupleText(items: readonly (number | string)[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}
