import type { JobRun, RunState, RunStatus, RunTask } from '@lakescope/databricks-wire';
import type { ReadSettings } from './job-settings';
import type { StoredRun, StoredState, StoredTaskRun } from './jobs-document';
import { hasEnded } from './run-book';

export interface DescribedBy {
  /** Where the workspace listens. */
  readonly url: string;
  readonly runAs: string;
}

/** A run as the API answers it, with the tasks from one position to another. */
export function describeRun(
  run: StoredRun,
  settings: ReadSettings,
  { url, runAs }: DescribedBy,
  tasks: readonly StoredTaskRun[],
): JobRun {
  const startedAt = run.startedAt ?? run.createdAt;
  const page = `${url}/jobs/${run.jobId ?? 'runs'}/runs/${run.id}`;
  const waited = startedAt - run.createdAt;
  return {
    ...(run.jobId === undefined ? {} : { job_id: run.jobId }),
    ...{ run_id: run.id, number_in_job: run.id, run_name: settings.name },
    run_type: run.jobId === undefined ? 'SUBMIT_RUN' : 'JOB_RUN',
    ...{ trigger: run.trigger, creator_user_name: run.creator, run_as_user_name: runAs },
    ...{ start_time: run.createdAt, end_time: run.endedAt ?? 0, run_page_url: page },
    ...{ setup_duration: 0, execution_duration: 0, cleanup_duration: 0 },
    ...(run.endedAt === undefined ? {} : { run_duration: run.endedAt - run.createdAt }),
    ...(waited > 0 ? { queue_duration: waited } : {}),
    ...parametersOf(run, settings),
    ...(settings.schedule === undefined ? {} : { schedule: settings.schedule.describe() }),
    ...{ state: stateOf(run.state), status: statusOf(run.state) },
    ...(tasks.length === 0 ? {} : { tasks: tasks.map((task) => describeTask(task, settings, page)) }),
  };
}

function describeTask(task: StoredTaskRun, settings: ReadSettings, page: string): RunTask {
  const { id, key, attempt, startedAt, endedAt, state } = task;
  const { given = {} } = settings.tasks.find((each) => each.key === key) ?? {};
  const took = startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;
  return {
    ...given,
    ...{ task_key: key, run_id: id, attempt_number: attempt, run_page_url: `${page}#task/${key}` },
    ...{ start_time: startedAt ?? 0, end_time: endedAt ?? 0 },
    ...{ setup_duration: 0, execution_duration: took, cleanup_duration: 0 },
    ...{ state: stateOf(state), status: statusOf(state) },
  };
}

/** A task's run alone, as its output answers it. */
export function describeTaskRun(run: StoredRun, task: StoredTaskRun, settings: ReadSettings, by: DescribedBy): JobRun {
  const whole = describeRun(run, settings, by, []);
  const { key, ...own } = { key: task.key, ...describeTask(task, settings, whole.run_page_url ?? '') };
  const { job_id, number_in_job, run_type, creator_user_name } = whole;
  const { run_id, start_time, end_time, execution_duration, state, status, run_page_url } = own;
  return {
    ...(job_id === undefined ? {} : { job_id }),
    ...(number_in_job === undefined ? {} : { number_in_job }),
    ...(run_type === undefined ? {} : { run_type }),
    ...(creator_user_name === undefined ? {} : { creator_user_name }),
    ...{ run_id: run_id ?? task.id, run_name: key, start_time: start_time ?? 0, end_time: end_time ?? 0 },
    ...{ execution_duration: execution_duration ?? 0, state: state ?? {}, status: status ?? {} },
    ...(run_page_url === undefined ? {} : { run_page_url }),
  };
}

function parametersOf(
  run: StoredRun,
  settings: ReadSettings,
): Pick<JobRun, 'job_parameters' | 'overriding_parameters'> {
  const names = [...new Set([...settings.parameters.map(({ name }) => name), ...Object.keys(run.jobParameters)])];
  const parameters = names.map((name) => {
    const preset = settings.parameters.find((parameter) => parameter.name === name)?.default;
    return {
      name,
      ...(preset === undefined ? {} : { default: preset }),
      value: run.jobParameters[name] ?? preset ?? '',
    };
  });
  return {
    ...(parameters.length === 0 ? {} : { job_parameters: parameters }),
    ...(run.pythonParameters === undefined ? {} : { overriding_parameters: { python_params: run.pythonParameters } }),
  };
}

function stateOf({ lifeCycle, result, message }: StoredState): RunState {
  return {
    life_cycle_state: lifeCycle,
    ...(result === undefined ? {} : { result_state: result }),
    state_message: message,
    user_cancelled_or_timedout: result === 'CANCELED' || result === 'TIMEDOUT',
  };
}

function statusOf(state: StoredState): RunStatus {
  const { lifeCycle, code = 'INTERNAL_ERROR', message } = state;
  if (hasEnded({ state })) {
    const type = code === 'SUCCESS' ? 'SUCCESS' : code === 'INTERNAL_ERROR' ? 'INTERNAL_ERROR' : 'CLIENT_ERROR';
    return { state: 'TERMINATED', termination_details: { code, type, message } };
  }
  if (lifeCycle === 'QUEUED') {
    return { state: 'QUEUED', queue_details: { code: 'MAX_CONCURRENT_RUNS_REACHED', message } };
  }
  return { state: lifeCycle === 'WAITING_FOR_RETRY' ? 'WAITING' : (WORDS[lifeCycle] ?? 'RUNNING') };
}

const WORDS: Readonly<Partial<Record<StoredState['lifeCycle'], NonNullable<RunStatus['state']>>>> = {
  ...{ PENDING: 'PENDING', RUNNING: 'RUNNING', BLOCKED: 'BLOCKED', TERMINATING: 'TERMINATING' },
};
