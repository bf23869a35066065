import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';

const MOST_TASKS = 1000;

/** Every kind of task that the Jobs API has (reference of `jobs/create`); which of them run here is `runnable-tasks`' to say. */
const KINDS = [
  ...['alert_task', 'clean_rooms_notebook_task', 'condition_task', 'dashboard_task', 'dbt_cloud_task'],
  ...['dbt_platform_task', 'dbt_task', 'for_each_task', 'gen_ai_compute_task', 'notebook_task', 'pipeline_task'],
  ...['power_bi_task', 'python_wheel_task', 'run_job_task', 'spark_jar_task', 'spark_python_task'],
  ...['spark_submit_task', 'sql_task'],
] as const;

const RUN_IF = [
  ...(['ALL_SUCCESS', 'ALL_DONE', 'NONE_FAILED', 'AT_LEAST_ONE_SUCCESS'] as const),
  ...(['ALL_FAILED', 'AT_LEAST_ONE_FAILED'] as const),
];
export type RunIf = (typeof RUN_IF)[number];

/** A task of a job, as far as it is read here. */
export interface TaskSettings {
  readonly key: string;
  readonly kind: (typeof KINDS)[number];
  readonly dependsOn: readonly string[];
  readonly runIf: RunIf;
  /** 0: none. */
  readonly timeoutSeconds: number;
  /** -1: for ever. */
  readonly maxRetries: number;
  readonly retryIntervalMilliseconds: number;
  readonly retryOnTimeout: boolean;
  readonly environmentKey: string | undefined;
  readonly python: PythonTaskSettings | undefined;
  /** As it was given, with what the API adds. */
  readonly given: Readonly<Record<string, unknown>>;
}

export interface PythonTaskSettings {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly source: string;
}

/** Reads the tasks of a job; refuses what could never run anywhere. */
export function parseTasks(value: unknown): readonly TaskSettings[] {
  const tasks = listOf(value ?? [], 'tasks').map((task) => parseTask(new JsonFields(task)));
  if (tasks.length > MOST_TASKS) throw invalidParameter(`A job cannot have more than ${MOST_TASKS} tasks.`);
  const keys = new Set(tasks.map(({ key }) => key));
  const twice = tasks.find(({ key }, index) => tasks.findIndex((other) => other.key === key) !== index);
  if (twice !== undefined) throw invalidParameter(`Task keys must be unique: '${twice.key}' is there twice.`);
  for (const { key, dependsOn } of tasks) {
    const unknown = dependsOn.find((other) => !keys.has(other));
    if (unknown !== undefined) {
      throw invalidParameter(`Task '${key}' depends on '${unknown.slice(0, 100)}', which is no task of this job.`);
    }
  }
  refuseCycle(tasks);
  return tasks;
}

function parseTask(fields: JsonFields): TaskSettings {
  const key = fields.requiredText('task_key');
  if (!/^[\w-]{1,100}$/.test(key)) {
    throw invalidParameter(`The task key '${key.slice(0, 100)}' must have 1 to 100 letters, digits, - and _ only.`);
  }
  const [kind, another] = KINDS.filter((name) => fields.value(name) !== undefined);
  if (kind === undefined || another !== undefined) {
    throw invalidParameter(`Task '${key}' must have exactly one of ${KINDS.join(', ')}.`);
  }
  const python = kind === 'spark_python_task' ? parsePython(new JsonFields(fields.value(kind))) : undefined;
  const wanted = fields.text('run_if') ?? 'ALL_SUCCESS';
  const runIf = RUN_IF.find((known) => known === wanted);
  if (runIf === undefined) throw invalidParameter(`run_if ${wanted.slice(0, 100)} is none of ${RUN_IF.join(', ')}.`);
  const dependsOn = listOf(fields.value('depends_on') ?? [], 'depends_on').map((entry) =>
    new JsonFields(entry).requiredText('task_key'),
  );
  return {
    ...{ key, kind, dependsOn, runIf, python },
    timeoutSeconds: atLeast(0, fields.integer('timeout_seconds') ?? 0, 'timeout_seconds'),
    maxRetries: atLeast(-1, fields.integer('max_retries') ?? 0, 'max_retries'),
    retryIntervalMilliseconds: atLeast(
      0,
      fields.integer('min_retry_interval_millis') ?? 0,
      'min_retry_interval_millis',
    ),
    retryOnTimeout: fields.flag('retry_on_timeout'),
    environmentKey: fields.text('environment_key'),
    given: { timeout_seconds: 0, email_notifications: {}, ...fields.all(), run_if: runIf },
  };
}

function parsePython(fields: JsonFields): PythonTaskSettings {
  const parameters = listOf(fields.value('parameters') ?? [], 'parameters').map((parameter) => {
    if (typeof parameter === 'string') return parameter;
    throw invalidParameter('Every parameter of a spark_python_task must be a string.');
  });
  return { file: fields.requiredText('python_file'), parameters, source: fields.text('source') ?? 'WORKSPACE' };
}

/** Takes away what nothing that is left depends on; a rest that nothing can be taken from goes round in circles. */
function refuseCycle(tasks: readonly TaskSettings[]): void {
  const left = new Map(tasks.map(({ key, dependsOn }) => [key, dependsOn]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [key, dependsOn] of left) if (!dependsOn.some((other) => left.has(other))) left.delete(key);
  }
  if (left.size > 0) throw invalidParameter(`Tasks depend on each other in a cycle: ${[...left.keys()].join(', ')}.`);
}

export function atLeast(minimum: number, value: number, name: string): number {
  if (value < minimum) throw invalidParameter(`${name} must be at least ${minimum}, got ${value}.`);
  return value;
}
