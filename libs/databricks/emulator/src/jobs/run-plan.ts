import { ServiceRefusal } from '../http/refusals';
import type { ReadSettings } from './job-settings';
import type { StoredRun, StoredState } from './jobs-document';
import type { RunIf, TaskSettings } from './task-settings';

/** The tasks of a run, in the order of the job. */
export function plannedTasks(settings: ReadSettings, only: readonly string[] | undefined): readonly TaskSettings[] {
  return only === undefined ? settings.tasks : settings.tasks.filter(({ key }) => only.includes(key));
}

/** Why the local workspace cannot run a task; undefined: it can. */
export function obstacleTo(task: TaskSettings, settings: ReadSettings): string | undefined {
  const { key, kind, python, environmentKey } = task;
  const here = `The local workspace cannot run task '${key}'`;
  if (python === undefined) return `${here}: it runs spark_python_task, not ${kind}.`;
  if (python.source !== 'WORKSPACE')
    return `${here}: it has no ${python.source} source, python_file must lie in the workspace.`;
  if (!python.file.startsWith('/') || python.file.startsWith('/Volumes/')) {
    return `${here}: it takes python files from workspace files (/Workspace/...), not from ${python.file.slice(0, 200)}.`;
  }
  const dependencies = settings.dependenciesOf(environmentKey);
  return dependencies.length === 0
    ? undefined
    : `${here}: it installs nothing, and environment '${String(environmentKey)}' asks for ${dependencies.join(', ').slice(0, 200)}.`;
}

/** Refuses to begin what would not be run as it is meant. */
export function refuseWhatCannotRun(settings: ReadSettings, only: readonly string[] | undefined): void {
  for (const task of plannedTasks(settings, only)) {
    const obstacle = obstacleTo(task, settings);
    if (obstacle !== undefined) throw new ServiceRefusal(501, 'NOT_IMPLEMENTED', obstacle);
  }
}

/** Whether a task may start after the ones it depends on have ended; a state says why not. */
export function unmet(runIf: RunIf, upstream: readonly StoredState[]): StoredState | undefined {
  const wasRun = upstream.filter(({ result }) => result !== 'EXCLUDED');
  const succeeded = wasRun.filter(({ result }) => result === 'SUCCESS').length;
  const failed = wasRun.length - succeeded;
  const met: Readonly<Record<RunIf, boolean>> = {
    ALL_SUCCESS: failed === 0,
    ALL_DONE: true,
    NONE_FAILED: failed === 0,
    AT_LEAST_ONE_SUCCESS: upstream.length === 0 || succeeded > 0,
    ALL_FAILED: upstream.length === 0 || (succeeded === 0 && failed > 0),
    AT_LEAST_ONE_FAILED: upstream.length === 0 || failed > 0,
  };
  if (met[runIf]) return undefined;
  if (runIf !== 'ALL_SUCCESS') {
    return { lifeCycle: 'TERMINATED', result: 'EXCLUDED', code: 'SKIPPED', message: `${runIf} does not hold.` };
  }
  const isCanceled = upstream.some(({ result }) => result === 'CANCELED' || result === 'UPSTREAM_CANCELED');
  const result = isCanceled ? 'UPSTREAM_CANCELED' : 'UPSTREAM_FAILED';
  return { lifeCycle: 'TERMINATED', result, code: 'SKIPPED', message: 'A task it depends on did not succeed.' };
}

/** How a run has ended whose tasks have: what counts are the tasks on which no other depends. */
export function concluded(tasks: readonly TaskSettings[], outcomes: ReadonlyMap<string, StoredState>): StoredState {
  const isFine = (key: string): boolean => ['SUCCESS', 'EXCLUDED'].includes(outcomes.get(key)?.result ?? '');
  const leaves = tasks.filter(({ key }) => !tasks.some(({ dependsOn }) => dependsOn.includes(key)));
  const bad = tasks.filter(({ key }) => !isFine(key));
  const [culprit] = bad.filter(({ key }) => outcomes.get(key)?.code !== 'SKIPPED');
  if (culprit === undefined) return { lifeCycle: 'TERMINATED', result: 'SUCCESS', code: 'SUCCESS', message: '' };
  if (leaves.every(({ key }) => isFine(key))) {
    const message = `Task ${culprit.key} failed, but all tasks at the end succeeded.`;
    return { lifeCycle: 'TERMINATED', result: 'SUCCESS_WITH_FAILURES', code: 'SUCCESS_WITH_FAILURES', message };
  }
  const { result, code = 'RUN_EXECUTION_ERROR', message = '' } = outcomes.get(culprit.key) ?? {};
  // The older state calls a run that failed an internal error, although its tasks terminated.
  return {
    lifeCycle: 'INTERNAL_ERROR',
    result: result === 'TIMEDOUT' || result === 'CANCELED' ? result : 'FAILED',
    ...{ code, message: `Task ${culprit.key} failed with message: ${message.replace(/\.$/, '')}.` },
  };
}

/** Values of the dynamic references that parameters of tasks may hold; others stay as they are. */
export function withReferences(
  parameters: readonly string[],
  run: Pick<StoredRun, 'id' | 'jobId' | 'jobParameters'>,
  settings: ReadSettings,
  task: { readonly key: string; readonly runId: number },
): readonly string[] {
  const values = new Map<string, string>([
    ...settings.parameters.map(({ name, default: value }): [string, string] => [`job.parameters.${name}`, value]),
    ...Object.entries(run.jobParameters).map(([name, value]): [string, string] => [`job.parameters.${name}`, value]),
    ...(run.jobId === undefined ? [] : [['job.id', String(run.jobId)] as [string, string]]),
    ['job.name', settings.name],
    ['job.run_id', String(run.id)],
    ['task.name', task.key],
    ['task.run_id', String(task.runId)],
  ]);
  return parameters.map((parameter) =>
    parameter.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole),
  );
}
