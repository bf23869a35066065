/** What became of one thing a client was asked to do. */
export interface Check {
  /** The client and its version. */
  readonly client: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** What came back, what went wrong, or why it was not run: one line. */
  readonly detail: string;
}

const LONGEST_DETAIL = 300;

/** One line without control characters, so that whatever a program has printed leaves the report a table. */
export function oneLine(text: string): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)} …` : line;
}

/** All checks by client, and how many there are of each outcome. */
export function printed(checks: readonly Check[]): string {
  const lines: string[] = [];
  for (const client of new Set(checks.map((check) => check.client))) {
    lines.push('', client);
    for (const { name, outcome, detail } of checks.filter((check) => check.client === client)) {
      lines.push(`  ${outcome.padEnd(8)} ${name.padEnd(34)} ${detail}`);
    }
  }
  const count = (outcome: Check['outcome']): number => checks.filter((check) => check.outcome === outcome).length;
  return [...lines, '', `${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`].join('\n');
}
