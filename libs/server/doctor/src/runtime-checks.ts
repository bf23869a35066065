import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, warning } from './finding';

/** The oldest Node the API runs on; Databricks Apps has 22.16. */
export const OLDEST_NODE = '22.13.0';

export interface RuntimeSubject {
  readonly nodeVersion: string;
  /** A sentence for each variable that is set and not read. */
  readonly ignored: readonly string[];
  readonly advice: Advice;
}

/** What the process itself stands on. */
export function runtimeChecks({ nodeVersion, ignored, advice }: RuntimeSubject): Check[] {
  return [
    {
      id: 'node_version',
      title: 'Node is new enough',
      examine: () =>
        isAtLeast(nodeVersion, OLDEST_NODE)
          ? ok(`Node ${nodeVersion}.`)
          : failed(`This is Node ${nodeVersion}, and the API needs ${OLDEST_NODE}.`, 'Install Node 22.16 or later.'),
    },
    {
      id: 'ignored_variables',
      title: 'No variable is set in vain',
      examine: () =>
        ignored.length === 0
          ? ok('Every variable that is set is read.')
          : warning(`${ignored.join('. ')}.`, advice.removeVariables),
    },
  ];
}

function isAtLeast(version: string, oldest: string): boolean {
  const [have, want] = [numbers(version), numbers(oldest)];
  for (const [index, wanted] of want.entries()) {
    const had = have[index] ?? 0;
    if (had !== wanted) return had > wanted;
  }
  return true;
}

function numbers(version: string): number[] {
  return version.replace(/^v/, '').split('.').map(Number);
}
