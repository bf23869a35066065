/** A stretch of what a model says: running text, or a block of code between fences. */
export interface SaidPart {
  readonly kind: 'text' | 'code';
  readonly text: string;
}

const FENCE = /^```[^\n`]*\n([\s\S]*?)(?:^```[ \t]*$|(?![\s\S]))/gm;

/**
 * What a model says, to be shown as text and nothing else: of its markup only fenced code is set apart, and HTML in it is
 * what it looks like. A fence that is still open, because the rest has not come yet, counts.
 */
export function saidParts(said: string): readonly SaidPart[] {
  const parts: SaidPart[] = [];
  let from = 0;
  for (const match of said.matchAll(FENCE)) {
    parts.push({ kind: 'text', text: said.slice(from, match.index) });
    parts.push({ kind: 'code', text: (match[1] ?? '').replace(/\n$/, '') });
    from = match.index + match[0].length;
  }
  parts.push({ kind: 'text', text: said.slice(from) });
  return parts
    .map(({ kind, text }) => ({ kind, text: kind === 'text' ? text.trim() : text }))
    .filter(({ text }) => text !== '');
}
