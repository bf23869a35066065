import type { AppDeployment } from '@lakescope/databricks-client';
import type { Terminal } from '../terminal';
import type { TakenStep } from './steps';
import type { Check } from './verify-app';

/** How a deployment went. */
export interface DeployOutcome {
  readonly target: string;
  readonly app: string | undefined;
  readonly deploymentId: string | undefined;
  readonly url: string | undefined;
  readonly seconds: number;
  readonly steps: readonly TakenStep[];
  readonly checks: readonly Check[];
  /** Lines of the log that tell of a fault. */
  readonly faults: readonly string[];
  /** What ran before. */
  readonly previous: AppDeployment | undefined;
  /** The command that brings it back. */
  readonly goBack: string | undefined;
  /** What is to be done before that, where it has its data elsewhere. */
  readonly dataFirst: string | undefined;
  /** Whether anything of the app in the workspace was changed. */
  readonly isTouched: boolean;
  /** Migrations that the new release says it applied; undefined: it is not known. */
  readonly migrations: number | undefined;
  /** Why it failed; undefined: it did not. */
  readonly reason: string | undefined;
}

/** The result on standard output, and beside it what a person does next. */
export function printOutcome(outcome: DeployOutcome, json: boolean, terminal: Pick<Terminal, 'out' | 'note'>): void {
  if (json) {
    terminal.out(JSON.stringify(outcomeJson(outcome)));
    return;
  }
  for (const line of outcome.faults) terminal.note(`  log: ${line}`);
  if (outcome.reason !== undefined) {
    terminal.note(failureText(outcome, outcome.reason));
    return;
  }
  terminal.out(
    [
      `deployment  ${outcome.deploymentId ?? ''}`,
      'status      SUCCEEDED',
      `url         ${outcome.url ?? ''}`,
      `seconds     ${outcome.seconds}`,
    ].join('\n'),
  );
  if (outcome.goBack === undefined) return;
  terminal.note(`To go back to ${idOf(outcome.previous)}: ${outcome.goBack}`);
  const first = beforeGoingBack(outcome);
  if (first !== undefined) terminal.note(first);
}

export function failureText(outcome: DeployOutcome, reason: string): string {
  const { isTouched, previous, goBack, deploymentId } = outcome;
  const failed = deploymentId === undefined ? 'Not deployed' : `The deployment ${deploymentId} failed`;
  const lines = [`${failed}: ${reason}`, whatRuns(isTouched, previous, goBack), beforeGoingBack(outcome) ?? ''];
  return lines.filter((line) => line !== '').join('\n');
}

/**
 * A release before refuses a schema that is newer than it, and cannot log in elsewhere than where its data is, whose schema is what it was:
 * undefined where both are known to be no trouble.
 */
function beforeGoingBack(outcome: DeployOutcome): string | undefined {
  const { deploymentId, goBack, migrations, dataFirst, isTouched } = outcome;
  if (goBack !== undefined && isTouched && dataFirst !== undefined) return dataFirst;
  if (goBack === undefined || deploymentId === undefined || migrations === 0) return undefined;
  const why =
    migrations === undefined
      ? 'If the new release has changed the schema,'
      : `The new release has changed the schema (migrations applied: ${migrations}):`;
  return `${why} take its migrations back before that, as docs/operations.md says under "Upgrade and rollback".`;
}

function whatRuns(isTouched: boolean, previous: AppDeployment | undefined, goBack: string | undefined): string {
  if (previous === undefined) return isTouched ? 'There is no earlier deployment to go back to.' : '';
  if (!isTouched) return `The deployment ${idOf(previous)} runs on untouched.`;
  return goBack === undefined
    ? `The deployment before was ${idOf(previous)}; where its source lies is not known.`
    : `The deployment before was ${idOf(previous)}. To go back: ${goBack}`;
}

function outcomeJson(outcome: DeployOutcome): object {
  const { target, app, deploymentId, url, seconds, steps, checks, faults, previous, goBack, isTouched, reason } =
    outcome;
  const { migrations } = outcome;
  return {
    result: reason === undefined ? 'succeeded' : 'failed',
    target,
    app: app ?? null,
    deployment_id: deploymentId ?? null,
    url: url ?? null,
    seconds,
    reason: reason ?? null,
    previous_deployment_id: previous?.deployment_id ?? null,
    go_back: goBack ?? null,
    before_go_back: beforeGoingBack(outcome) ?? null,
    migrations_applied: migrations ?? null,
    running_deployment_touched: isTouched,
    steps,
    checks,
    faults,
  };
}

function idOf(deployment: AppDeployment | undefined): string {
  return deployment?.deployment_id ?? 'of an unknown id';
}
