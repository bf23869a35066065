/** What a JSON text says; undefined when it is none, as one that was cut off is not. Lines of JSON are a list of them. */
export function jsonValue(text: string | null): { readonly value: unknown } | undefined {
  if (text === null) return undefined;
  return parsed(text) ?? lines(text);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** A last line that is not whole is left out: the beginning of a file ends anywhere. */
function lines(text: string): { readonly value: unknown } | undefined {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const values = all.map(parsed);
  const isCut = values.at(-1) === undefined;
  const whole = isCut ? values.slice(0, -1) : values;
  if (whole.length === 0) return undefined;
  const known = whole.flatMap((line) => (line === undefined ? [] : [line.value]));
  return known.length === whole.length ? { value: known } : undefined;
}
