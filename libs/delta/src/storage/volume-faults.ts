/**
 * What a failed call of a Files API client means to a write: the file is there, the platform refused, or nobody knows. Clients name it by
 * `kind`, or by the status alone.
 */
export function platformFault(thrown: unknown): 'exists' | 'missing' | 'refused' | 'unknown' {
  const { kind, status } = (thrown ?? {}) as { kind?: unknown; status?: unknown };
  if (kind === 'already_exists' || kind === 'conflict' || status === 409 || status === 412) return 'exists';
  if (kind === 'not_found' || (kind === undefined && status === 404)) return 'missing';
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429
    ? 'refused'
    : 'unknown';
}
