/** A story under load with several outcomes, each held against a number of the product. It is told once, not in rounds. */
export interface Scenario {
  /** What `npm run bench -- NAME` takes. */
  readonly name: string;
  readonly title: string;
  tell(log: (line: string) => void): Promise<readonly Outcome[]>;
}

export interface Outcome {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be; reported only when left out. */
  readonly atMost?: number;
  /** The least it may be. */
  readonly atLeast?: number;
}

export function isMet({ value, atMost = Infinity, atLeast = -Infinity }: Outcome): boolean {
  return value <= atMost && value >= atLeast;
}

/** The outcomes as a Markdown table, as it stands in docs/benchmarks.md. */
export function scenarioMarkdown({ name, title }: Scenario, outcomes: readonly Outcome[]): string {
  const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(3));
  const bar = ({ atMost, atLeast }: Outcome) =>
    [atMost === undefined ? '' : `at most ${atMost}`, atLeast === undefined ? '' : `at least ${atLeast}`]
      .filter((part) => part !== '')
      .join(', ');
  return [
    `### ${name}: ${title}`,
    '',
    '| outcome | measured | bar |',
    '|---|---|---|',
    ...outcomes.map(
      (outcome) =>
        `| ${outcome.what} | ${number(outcome.value)} ${outcome.unit} | ${bar(outcome)}${isMet(outcome) ? '' : ' (**missed**)'} |`,
    ),
    '',
  ].join('\n');
}
