/** What Hive layouts escape in folder names, so that a value is never taken for a path (Spark's ExternalCatalogUtils). */
const ESCAPED = /[\u0000-\u001f"#%'*/:=?\\{[\]^\u007f]/g;
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** The folder of one partition, as it is named on disk. Readers never trust it; it is there for people and tools. */
export function partitionFolder(values: readonly (readonly [column: string, value: string | null])[]): string {
  return values.map(([column, value]) => `${escape(column)}=${value === null ? NULL_FOLDER : escape(value)}`).join('/');
}

function escape(text: string): string {
  return text.replace(
    ESCAPED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** A path of the disk as a URI reference of the log: encoded once more, so that readers decode exactly once. */
export function logPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%3D', '='))
    .join('/');
}
