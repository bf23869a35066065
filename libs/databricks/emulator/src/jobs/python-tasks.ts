import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Directory, Principal } from '../identity/directory';
import type { Tokens } from '../identity/tokens';
import { below } from '../state/below';
import { errorCode } from '../state/error-code';
import type { WorkspaceFiles } from '../workspace-files/workspace-files';
import { nameOf } from '../workspace-files/workspace-path';
import type { StoredState, StoredTaskRun } from './jobs-document';
import { machineEnvironment } from './machine-environment';
import { PythonProcess, type ProgramEnd } from './python-process';

/** The platform's text for a task whose program failed. */
const FAILED = 'Workload failed, see run output for details';
/** A token is ended with its task; a task that takes longer than a day needs another one. */
const TOKEN_SECONDS = 24 * 3600;

export interface PythonTasksParts {
  readonly stateDirectory: string;
  readonly files: WorkspaceFiles;
  readonly directory: Directory;
  readonly tokens: Tokens;
  /** Where the workspace listens. */
  readonly url: () => string;
}

export interface TaskToRun {
  /** Of the task's run. */
  readonly id: number;
  /** User name or application id. */
  readonly runAs: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly timeoutSeconds: number;
}

export type TaskEnd = Pick<StoredTaskRun, 'state' | 'error' | 'errorTrace' | 'logsTruncated'>;

/** Runs Python files of the workspace as processes of this machine, and keeps what they write. */
export class PythonTasks {
  constructor(private readonly parts: PythonTasksParts) {}

  /** Resolves when the process is gone, whatever became of it; the signal cancels it. */
  async run(task: TaskToRun, signal: AbortSignal): Promise<TaskEnd> {
    const runAs = this.parts.directory.find(task.runAs);
    if (runAs?.active !== true) {
      return notStarted(
        'UNAUTHORIZED_ERROR',
        `The identity the job runs as, ${task.runAs}, is not active in this workspace.`,
      );
    }
    const directory = join(this.parts.stateDirectory, 'temp', 'jobs', String(task.id));
    try {
      return await this.runIn(directory, task, runAs, signal);
    } catch (error) {
      if (!(error instanceof ServiceRefusal)) throw error;
      const code = error.status === 403 ? 'UNAUTHORIZED_ERROR' : 'RESOURCE_NOT_FOUND';
      return notStarted(code, `Cannot read the python file ${task.file.slice(0, 1000)}. ${error.message}`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** What a task has written; undefined: nothing is kept of it. */
  async logs(taskRunId: number): Promise<string | undefined> {
    try {
      return await readFile(this.logFile(taskRunId), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async forget(taskRunIds: readonly number[]): Promise<void> {
    await Promise.all(taskRunIds.map((id) => rm(this.logFile(id), { force: true })));
  }

  private async runIn(directory: string, task: TaskToRun, runAs: Principal, signal: AbortSignal): Promise<TaskEnd> {
    const file = below(directory, nameOf(task.file));
    if (file === undefined) throw invalidParameter('Its name leads out of its folder on this machine.');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(file, await this.source(runAs, task.file), { mode: 0o600 });
    const { tokens } = this.parts;
    const { token } = await tokens.issueAccessToken(runAs, ['all-apis'], 'databricks-job', TOKEN_SECONDS);
    try {
      const end = await this.start(file, directory, task, token, signal);
      await mkdir(join(this.parts.stateDirectory, 'job-logs'), { recursive: true });
      await writeFile(this.logFile(task.id), end.output, { mode: 0o600 });
      return { ...endOf(end), ...(end.isTruncated ? { logsTruncated: true } : {}) };
    } finally {
      await tokens.revoke(token);
    }
  }

  private async start(
    file: string,
    directory: string,
    { parameters, timeoutSeconds }: TaskToRun,
    token: string,
    signal: AbortSignal,
  ): Promise<ProgramEnd> {
    signal.throwIfAborted();
    const environment = {
      ...machineEnvironment(),
      ...{ HOME: directory, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
      // The platform's runtime hands the SDK a token of the job's identity by a door of its own; here the SDK finds it so.
      ...{ DATABRICKS_HOST: this.parts.url(), DATABRICKS_TOKEN: token },
    };
    const running = new PythonProcess({
      ...{ file, parameters, environment, directory },
      timeoutMilliseconds: timeoutSeconds * 1000,
    });
    const cancel = (): void => running.cancel();
    signal.addEventListener('abort', cancel);
    try {
      return await running.ended;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  private async source(runAs: Principal, path: string): Promise<Buffer> {
    const { object, handle } = await this.parts.files.open(runAs, path);
    try {
      if (object.type !== 'FILE') throw new ServiceRefusal(400, 'BAD_REQUEST', 'It is a notebook and no file.');
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  private logFile(taskRunId: number): string {
    return join(this.parts.stateDirectory, 'job-logs', `${taskRunId}.log`);
  }
}

function endOf({ outcome, error, trace }: ProgramEnd): TaskEnd {
  switch (outcome) {
    case 'succeeded':
      return { state: { lifeCycle: 'TERMINATED', result: 'SUCCESS', code: 'SUCCESS', message: '' } };
    case 'failed': {
      const state: StoredState = {
        lifeCycle: 'TERMINATED',
        result: 'FAILED',
        code: 'RUN_EXECUTION_ERROR',
        message: FAILED,
      };
      return { state, error, ...(trace === '' ? {} : { errorTrace: trace }) };
    }
    case 'timed out':
      return {
        state: { lifeCycle: 'TERMINATED', result: 'TIMEDOUT', code: 'CANCELED', message: 'The task timed out.' },
      };
    case 'cancelled':
      return {
        state: { lifeCycle: 'TERMINATED', result: 'CANCELED', code: 'CANCELED', message: 'The task was cancelled.' },
      };
    case 'no python':
      return notStarted(
        'DRIVER_ERROR',
        'There is no python3 on the PATH of this machine: install Python 3, then start the local workspace again.',
      );
  }
}

function notStarted(code: NonNullable<StoredState['code']>, message: string): TaskEnd {
  return { state: { lifeCycle: 'INTERNAL_ERROR', result: 'FAILED', code, message }, error: message };
}
