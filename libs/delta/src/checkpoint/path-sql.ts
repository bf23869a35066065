/** Whether the form of a path may differ from the text in the log; everything else is its own form. */
export function mayDiffer(reference: string): string {
  return `(contains(${reference}, '%') OR starts_with(${reference}, '/') OR starts_with(${reference}, '.') OR contains(${reference}, ':/'))`;
}

/**
 * The path of the log in the form `dataPath` gives it, as SQL; null where only `dataPath` itself can tell: for absolute
 * paths, odd starts and escapes that are not UTF-8.
 */
export function canonicalPath(reference: string): string {
  const malformed = `regexp_matches(${reference}, '%([^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)')`;
  // What cannot be decoded as a whole is not encoded at all.
  const decoded = `CASE WHEN ${malformed} THEN ${reference} ELSE TRY(url_decode(${reference})) END`;
  return `CASE WHEN ${mayDiffer(reference)} THEN ${plain(decoded)} ELSE ${reference} END`;
}

function plain(path: string): string {
  return `CASE WHEN starts_with(${path}, '/') OR starts_with(${path}, '.') OR contains(${path}, ':/') THEN NULL ELSE ${path} END`;
}

/** What `fileKey` adds to a path: the identity of a deletion vector, or '' without one. */
export function vectorKey(vector: string, hasOffset: boolean): string {
  const offset = hasOffset ? `coalesce('@' || (${vector}."offset")::VARCHAR, '')` : `''`;
  return `CASE WHEN ${vector}.storageType IS NULL THEN '' ELSE ${vector}.storageType || coalesce(${vector}.pathOrInlineDv, '') || ${offset} END`;
}
