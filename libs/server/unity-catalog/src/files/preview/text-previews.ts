import { limits } from '../file-limits';
import { delimitedRows, delimiterOf } from './delimited-rows';
import { previewOf, type FilePreviewDto } from './file-preview.dto';

/** Values parted by a delimiter: the first line names the columns. */
export function delimitedPreview(text: string, extension: string, isWhole: boolean): FilePreviewDto {
  const delimiter = extension === 'tsv' ? '\t' : delimiterOf(text);
  // One row more, for the names.
  const { rows: found, isCut } = delimitedRows(text, delimiter, limits.previewRows + 1, isWhole);
  const [names, ...rows] = found;
  if (names === undefined) return previewOf('text', { text, truncated: !isWhole });
  const width = Math.min(Math.max(names.length, ...rows.map((row) => row.length)), limits.previewColumns);
  const columns = Array.from({ length: width }, (_, index) => {
    const name = names[index] ?? '';
    return { name: name === '' ? String(index + 1) : name, type: 'string' };
  });
  return previewOf('table', {
    columns,
    rows: rows.map((row) => columns.map((_, index) => row[index] ?? null)),
    truncated: isCut || found.some((row) => row.length > width),
  });
}

/** JSON as its text, and as rows where it is a list of objects. */
export function jsonPreview(text: string, isWhole: boolean): FilePreviewDto {
  if (!isWhole) return previewOf('json', { text, truncated: true });
  try {
    const value = JSON.parse(text) as unknown;
    return previewOf('json', { text, ...rowsOf(Array.isArray(value) ? value : []) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return previewOf('text', { text, reason: 'The file is not valid JSON.' });
  }
}

/** One JSON value per line. */
export function jsonLinesPreview(text: string, isWhole: boolean): FilePreviewDto {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  // The last one of a text that goes on may be half a line.
  const whole = isWhole ? lines : lines.slice(0, -1);
  const shown = whole.slice(0, limits.previewRows);
  const truncated = !isWhole || shown.length < whole.length;
  try {
    return previewOf('json', { text, truncated, ...rowsOf(shown.map((line) => JSON.parse(line) as unknown)) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return previewOf('text', { text, truncated, reason: 'Not every line of the file is valid JSON.' });
  }
}

function rowsOf(values: readonly unknown[]): Partial<Pick<FilePreviewDto, 'columns' | 'rows' | 'truncated'>> {
  const shown = values.slice(0, limits.previewRows);
  if (shown.length === 0 || !shown.every(isRecord)) return {};
  const names = [...new Set(shown.flatMap((value) => Object.keys(value)))];
  const columns = names.slice(0, limits.previewColumns);
  return {
    columns: columns.map((name) => ({ name, type: 'json' })),
    rows: shown.map((value) => columns.map((name) => (Object.hasOwn(value, name) ? value[name] : null))),
    ...(shown.length < values.length || columns.length < names.length ? { truncated: true } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
