import { quoted, reprOf } from './python-text';

/** A list of numbers as numpy prints the array made of it. */
export function arrayText(value: unknown, dtype: string | undefined): string {
  if (!Array.isArray(value)) return scalarText(value, dtype);
  const rows = value.map((one) => arrayText(one, dtype));
  return `[${rows.join(value.some(Array.isArray) ? '\n ' : ' ')}]`;
}

/** What a request sent as tensors by name, or as one tensor, in the words of Python. */
export function tensorsText(value: unknown, dtypeOf: (name: string) => string | undefined): string {
  if (Array.isArray(value)) return arrayText(value, dtypeOf(''));
  if (typeof value !== 'object' || value === null) return arrayText(value, dtypeOf('')).replace(/\.$/, '.0');
  const texts = Object.entries(value).map(([name, one]) => {
    const dtype = dtypeOf(name);
    if (!Array.isArray(one)) return `${quoted(name)}: ${reprOf(one)}`;
    const kind = dtype === undefined || dtype === 'float64' || dtype === 'int64' ? '' : `, dtype=${dtype}`;
    return `${quoted(name)}: array(${arrayText(one, dtype)
      .replaceAll('\n ', ', ')
      .replaceAll(/(?<=[\w.']) (?=[\w'-])/g, ', ')}${kind})`;
  });
  return `{${texts.join(', ')}}`;
}

function scalarText(value: unknown, dtype: string | undefined): string {
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  return isWhole && dtype?.startsWith('float') === true ? `${value}.` : reprOf(value);
}
