import type { DoctorReport } from '@lakescope/server-doctor';

const WORDS = { ok: 'ok', warning: 'warning', failed: 'FAILED', skipped: 'skipped' } as const;
const COLUMN = 8;

/** The report as people read it: a line for each check, below it what to do. */
export function reportText({ items, ready }: DoctorReport): string {
  const lines = items.flatMap(({ state, title, detail, fix }) => [
    `${WORDS[state].padEnd(COLUMN)}${title}: ${detail}`,
    ...(fix === undefined ? [] : [`${' '.repeat(COLUMN)}-> ${fix}`]),
  ]);
  const count = (state: keyof typeof WORDS): number => items.filter((item) => item.state === state).length;
  const verdict = ready
    ? `Configured${count('warning') > 0 ? `, with ${count('warning')} warning${count('warning') > 1 ? 's' : ''}` : ''}.`
    : `Not configured: ${count('failed')} of ${items.length} checks failed.`;
  return [...lines, '', verdict].join('\n');
}
