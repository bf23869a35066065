export interface Span {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Sorts spans and joins those that touch or lie closer together than `gap`. */
export function mergeSpans(spans: readonly Span[], gap = 0): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end + gap) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

/** What of `wanted` is not covered by `present`, which must be merged. */
export function missingSpans(wanted: readonly Span[], present: readonly Span[]): Span[] {
  const missing: Span[] = [];
  for (const span of mergeSpans(wanted)) {
    let { start } = span;
    for (const known of present) {
      if (known.end <= start || known.start >= span.end) continue;
      if (known.start > start) missing.push({ start, end: known.start });
      start = Math.max(start, known.end);
    }
    if (start < span.end) missing.push({ start, end: span.end });
  }
  return missing;
}

export function totalBytes(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.end - span.start, 0);
}
