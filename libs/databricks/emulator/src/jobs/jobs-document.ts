import { join } from 'node:path';
import type { RunLifeCycleState, RunResultState, RunTerminationCode, RunTrigger } from '@lakescope/databricks-wire';
import { JsonDocument } from '../state/json-document';
import { StateCorrupt } from '../state/state-errors';
import { ReadSettings } from './job-settings';

/** Times are milliseconds since the epoch. */
export interface StoredJob {
  id: number;
  creator: string;
  createdAt: number;
  /** JSON of the settings as they are answered: they hold what nobody here reads. */
  settings: string;
}

/** How a run or a task stands. */
export interface StoredState {
  lifeCycle: RunLifeCycleState;
  result?: RunResultState;
  code?: RunTerminationCode;
  message: string;
}

/** One attempt at a task. What it wrote lies in a file of its own. */
export interface StoredTaskRun {
  id: number;
  key: string;
  attempt: number;
  state: StoredState;
  startedAt?: number;
  endedAt?: number;
  error?: string;
  errorTrace?: string;
  logsTruncated?: boolean;
}

export interface StoredRun {
  id: number;
  /** Missing for a run that was submitted without a job. */
  jobId?: number;
  creator: string;
  trigger: RunTrigger;
  /** JSON of the settings it started with. */
  settings: string;
  /** Of the request, by name. */
  jobParameters: Record<string, string>;
  /** In place of the parameters of every Python task. */
  pythonParameters?: string[];
  /** The only tasks to run. */
  only?: string[];
  idempotencyToken?: string;
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  state: StoredState;
  tasks: StoredTaskRun[];
}

export interface JobsDocument {
  jobs: StoredJob[];
  /** The newest last. */
  runs: StoredRun[];
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text, nullable: true } as const;
const integer = { type: 'integer' } as const;
const maybeText = { type: 'string', nullable: true } as const;
const maybeInteger = { type: 'integer', nullable: true } as const;

const state = {
  type: 'object',
  required: ['lifeCycle', 'message'],
  properties: {
    lifeCycle: {
      type: 'string',
      enum: [
        ...(['QUEUED', 'PENDING', 'RUNNING', 'TERMINATING', 'TERMINATED', 'SKIPPED'] as const),
        ...(['INTERNAL_ERROR', 'BLOCKED', 'WAITING_FOR_RETRY'] as const),
      ],
    },
    result: {
      type: 'string',
      nullable: true,
      enum: [
        ...(['SUCCESS', 'FAILED', 'TIMEDOUT', 'CANCELED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'EXCLUDED'] as const),
        ...(['SUCCESS_WITH_FAILURES', 'UPSTREAM_FAILED', 'UPSTREAM_CANCELED'] as const),
      ],
    },
    code: {
      type: 'string',
      nullable: true,
      enum: [
        ...([
          'SUCCESS',
          'SUCCESS_WITH_FAILURES',
          'CANCELED',
          'USER_CANCELED',
          'SKIPPED',
          'RUN_EXECUTION_ERROR',
        ] as const),
        ...(['INVALID_RUN_CONFIGURATION', 'DRIVER_ERROR', 'RESOURCE_NOT_FOUND', 'UNAUTHORIZED_ERROR'] as const),
        ...(['MAX_CONCURRENT_RUNS_EXCEEDED', 'INTERNAL_ERROR'] as const),
      ],
    },
    message: text,
  },
} as const;

export async function openJobsDocument(stateDirectory: string): Promise<JsonDocument<JobsDocument>> {
  const file = join(stateDirectory, 'workspace', 'jobs.json');
  const document = await open(file);
  const { jobs, runs } = document.read();
  try {
    for (const { settings } of [...jobs, ...runs]) ReadSettings.parse(JSON.parse(settings));
  } catch (error) {
    throw new StateCorrupt(file, 'settings that are none of a job', error);
  }
  return document;
}

function open(file: string): Promise<JsonDocument<JobsDocument>> {
  return JsonDocument.open<JobsDocument>(file, {
    version: 1,
    schema: {
      type: 'object',
      required: ['jobs', 'runs'],
      properties: {
        jobs: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'creator', 'createdAt', 'settings'],
            properties: { id: integer, creator: text, createdAt: integer, settings: text },
          },
        },
        runs: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'creator', 'trigger', 'settings', 'jobParameters', 'createdAt', 'state', 'tasks'],
            properties: {
              ...{ id: integer, jobId: maybeInteger, creator: text, settings: text },
              trigger: { type: 'string', enum: ['PERIODIC', 'ONE_TIME', 'RETRY'] },
              jobParameters: { type: 'object', required: [], additionalProperties: text },
              ...{ pythonParameters: texts, only: texts, idempotencyToken: maybeText },
              ...{ createdAt: integer, startedAt: maybeInteger, endedAt: maybeInteger, state },
              tasks: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['id', 'key', 'attempt', 'state'],
                  properties: {
                    ...{ id: integer, key: text, attempt: integer, state },
                    ...{ startedAt: maybeInteger, endedAt: maybeInteger, error: maybeText, errorTrace: maybeText },
                    logsTruncated: { type: 'boolean', nullable: true },
                  },
                },
              },
            },
          },
        },
      },
    },
    create: () => ({ jobs: [], runs: [] }),
  });
}
