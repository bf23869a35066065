import type { JobSettings } from '@lakescope/databricks-wire';
import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';
import { QuartzSchedule } from './quartz-schedule';
import { atLeast, parseTasks, type TaskSettings } from './task-settings';

const LONGEST_NAME = 4096;
const MOST_CONCURRENT_RUNS = 1000;

/** What settings may hold (reference of `jobs/create`); other fields are dropped, as the platform drops them. */
const FIELDS = [
  ...[
    'name',
    'description',
    'tasks',
    'job_clusters',
    'environments',
    'parameters',
    'schedule',
    'trigger',
    'continuous',
  ],
  ...['max_concurrent_runs', 'timeout_seconds', 'queue', 'run_as', 'tags', 'email_notifications', 'git_source'],
  ...['webhook_notifications', 'notification_settings', 'performance_target', 'health', 'deployment', 'edit_mode'],
  ...['budget_policy_id', 'usage_policy_id'],
];

/** Lists of settings whose entries an update adds or replaces one by one, with the field that tells them apart. */
const KEYED: Readonly<Record<string, string>> = { tasks: 'task_key', job_clusters: 'job_cluster_key' };

/** Whom a job runs as. */
export interface RunAs {
  readonly kind: 'user' | 'service_principal';
  readonly name: string;
}

/** The settings of a job: as they were given, and what is read of them here. */
export class ReadSettings {
  private constructor(
    /** As they are answered. */
    readonly given: Readonly<Record<string, unknown>>,
    readonly tasks: readonly TaskSettings[],
    readonly schedule: QuartzSchedule | undefined,
    readonly runAs: RunAs | undefined,
  ) {}

  /** Refuses what the Jobs API refuses. `runName` is what settings of a run without a job call their name. */
  static parse(body: unknown): ReadSettings {
    const fields = new JsonFields(body);
    const name = fields.text('name') ?? 'Untitled';
    if (Buffer.byteLength(name) > LONGEST_NAME) throw invalidParameter(`name is longer than ${LONGEST_NAME} bytes.`);
    const concurrent = atLeast(0, fields.integer('max_concurrent_runs') ?? 1, 'max_concurrent_runs');
    if (concurrent > MOST_CONCURRENT_RUNS) {
      throw invalidParameter(`max_concurrent_runs must be at most ${MOST_CONCURRENT_RUNS}, got ${concurrent}.`);
    }
    const timeout = atLeast(0, fields.integer('timeout_seconds') ?? 0, 'timeout_seconds');
    const schedule = fields.value('schedule');
    const tasks = parseTasks(fields.value('tasks'));
    refuseUnknownEnvironments(tasks, fields.value('environments'));
    refuseWrongParameters(fields.value('parameters'));
    refuseWrongQueue(fields.value('queue'));
    const known = Object.entries(fields.all()).filter(([key, value]) => FIELDS.includes(key) && value !== null);
    const read = schedule === undefined ? undefined : QuartzSchedule.parse(schedule);
    const given = {
      ...{ email_notifications: {}, webhook_notifications: {} },
      ...Object.fromEntries(known),
      ...{ name, max_concurrent_runs: concurrent, timeout_seconds: timeout, format: 'MULTI_TASK' },
      ...(read === undefined ? {} : { schedule: read.describe() }),
      ...(tasks.length === 0 ? {} : { tasks: tasks.map((task) => task.given) }),
    };
    return new ReadSettings(given, tasks, read, parseRunAs(fields.value('run_as')));
  }

  /** With top-level fields replaced, tasks and clusters by their keys; `removed` are names of fields or `tasks/<key>`. */
  updated(changes: unknown, removed: readonly string[]): ReadSettings {
    const left = Object.entries(this.given).filter(([name]) => !removed.includes(name));
    const merged: Record<string, unknown> = Object.fromEntries(left);
    for (const name of removed) {
      const [list = '', key] = name.split('/');
      if (key !== undefined) merged[list] = entriesOf(merged[list]).filter((entry) => keyOf(entry, list) !== key);
    }
    for (const [name, value] of Object.entries(changes === undefined ? {} : new JsonFields(changes).all())) {
      const changed = KEYED[name] === undefined ? [] : entriesOf(value).map((entry) => keyOf(entry, name));
      const kept = KEYED[name] === undefined ? [] : entriesOf(merged[name]);
      merged[name] =
        KEYED[name] === undefined || !Array.isArray(value)
          ? value
          : [...kept.filter((entry) => !changed.includes(keyOf(entry, name))), ...(value as unknown[])];
    }
    return ReadSettings.parse(merged);
  }

  /** The same, run as somebody. */
  as(runAs: unknown): ReadSettings {
    return ReadSettings.parse({ ...this.given, run_as: runAs });
  }

  get name(): string {
    return this.wire.name ?? 'Untitled';
  }

  get timeoutSeconds(): number {
    return this.wire.timeout_seconds ?? 0;
  }

  get maxConcurrentRuns(): number {
    return this.wire.max_concurrent_runs ?? 1;
  }

  get isQueued(): boolean {
    return this.wire.queue?.enabled === true;
  }

  get parameters(): readonly { name: string; default: string }[] {
    return (this.wire.parameters ?? []).map(({ name = '', default: value = '' }) => ({ name, default: value }));
  }

  /** What an environment would install before a task runs. */
  dependenciesOf(environmentKey: string | undefined): readonly string[] {
    const environment = this.wire.environments?.find(({ environment_key }) => environment_key === environmentKey);
    return environmentKey === undefined ? [] : (environment?.spec?.dependencies ?? []);
  }

  /** Their shape was checked. */
  get wire(): JobSettings {
    return this.given;
  }
}

function parseRunAs(value: unknown): RunAs | undefined {
  if (value === undefined) return undefined;
  const fields = new JsonFields(value);
  const user = fields.text('user_name');
  const app = fields.text('service_principal_name');
  const name = user ?? app;
  if (name === undefined || name === '' || (user !== undefined && app !== undefined)) {
    throw invalidParameter('run_as must have exactly one of user_name and service_principal_name.');
  }
  return { kind: user === undefined ? 'service_principal' : 'user', name };
}

function refuseUnknownEnvironments(tasks: readonly TaskSettings[], environments: unknown): void {
  const keys = listOf(environments ?? [], 'environments').map((entry) => {
    const fields = new JsonFields(entry);
    const spec = fields.value('spec');
    const dependencies =
      spec === undefined ? [] : listOf(new JsonFields(spec).value('dependencies') ?? [], 'dependencies');
    if (dependencies.some((dependency) => typeof dependency !== 'string')) {
      throw invalidParameter('Every dependency of an environment must be a string.');
    }
    return fields.requiredText('environment_key');
  });
  const task = tasks.find(({ environmentKey }) => environmentKey !== undefined && !keys.includes(environmentKey));
  if (task !== undefined) {
    throw invalidParameter(
      `Task '${task.key}' names the environment '${String(task.environmentKey)}', which is not defined.`,
    );
  }
}

function refuseWrongParameters(parameters: unknown): void {
  const names = listOf(parameters ?? [], 'parameters').map((entry) => {
    const fields = new JsonFields(entry);
    fields.text('default');
    return fields.requiredText('name');
  });
  if (new Set(names).size < names.length) throw invalidParameter('Names of parameters must be unique.');
}

function refuseWrongQueue(queue: unknown): void {
  if (queue !== undefined) new JsonFields(queue).flag('enabled');
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function keyOf(entry: unknown, list: string): string | undefined {
  return new JsonFields(entry).text(KEYED[list] ?? '');
}
