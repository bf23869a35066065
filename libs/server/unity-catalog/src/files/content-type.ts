const BY_EXTENSION: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  log: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  webp: 'image/webp',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};

const IMAGES = new Set(['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']);
/** Shown as plain text, so that nothing in them is taken for markup. */
const TEXTS = new Set(['csv', 'json', 'jsonl', 'log', 'md', 'ndjson', 'tsv', 'txt', 'yaml', 'yml']);

/** The type a file is downloaded as, by its name alone: volumes keep no types. */
export function downloadType(name: string): string {
  return BY_EXTENSION[extensionOf(name)] ?? 'application/octet-stream';
}

/** The type a browser may show a file as; undefined when the file could carry scripts or is nothing to look at. */
export function inlineType(name: string): string | undefined {
  const extension = extensionOf(name);
  if (TEXTS.has(extension)) return 'text/plain; charset=utf-8';
  const type = BY_EXTENSION[extension];
  return type !== undefined && IMAGES.has(type) ? type : undefined;
}

/** Whether a browser shows it as a picture. */
export function isImage(name: string): boolean {
  return IMAGES.has(downloadType(name));
}

/** RFC 6266 with RFC 5987: an ASCII name for old clients, the real one for all others. */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${hex(character)}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase();
}

/** In small letters; empty for a type that is not known. */
export function extensionOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(BY_EXTENSION, extension) ? extension : '';
}
