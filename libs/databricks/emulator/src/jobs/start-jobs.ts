import { inspect } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { RequestLog } from '../http/request-log';
import type { Access } from '../identity/access';
import type { Directory } from '../identity/directory';
import type { Tokens } from '../identity/tokens';
import type { AccessControl } from '../object-permissions/access-control';
import { ObjectPermissionLists } from '../object-permissions/object-permissions';
import { settledWithin } from '../processes/settled-within';
import type { WorkspaceFiles } from '../workspace-files/workspace-files';
import { jobRoutes } from './job-routes';
import { JobStore } from './job-store';
import { openJobsDocument } from './jobs-document';
import { PythonTasks } from './python-tasks';
import { RunBook } from './run-book';
import { runRoutes } from './run-routes';
import { PLAIN_RUN, Runs } from './runs';
import { Schedules } from './schedules';

/** Tasks are killed after two seconds; a process that even then does not end must not keep the workspace. Milliseconds. */
const LONGEST_CLOSE = 15_000;

export interface JobsParts {
  readonly stateDirectory: string;
  readonly access: Access;
  readonly accessControl: AccessControl;
  readonly directory: Directory;
  readonly tokens: Tokens;
  readonly files: WorkspaceFiles;
  readonly requestLog: RequestLog;
  /** Where the workspace listens. */
  readonly url: () => string;
}

/** Jobs, their schedules and their runs. */
export class Jobs {
  private constructor(
    private readonly runs: Runs,
    private readonly schedules: Schedules,
    private readonly jobs: JobStore,
    private readonly document: Awaited<ReturnType<typeof openJobsDocument>>,
  ) {}

  /** Nothing runs before `resume`: tasks are told where the workspace listens. */
  static async open(server: FastifyInstance, parts: JobsParts): Promise<Jobs> {
    const { stateDirectory, access, accessControl, directory, tokens, files, requestLog, url } = parts;
    const document = await openJobsDocument(stateDirectory);
    const jobs = new JobStore(document, accessControl, directory);
    const python = new PythonTasks({ stateDirectory, files, directory, tokens, url });
    const fail = (runId: number, fault: unknown): void => report(requestLog, runId, fault);
    const runs = new Runs(new RunBook(document), jobs, python, fail);
    const schedules = new Schedules(
      (jobId) => {
        const job = jobs.find(jobId);
        return job === undefined ? undefined : jobs.settingsOf(job).schedule;
      },
      (jobId) => {
        const job = jobs.find(jobId);
        if (job === undefined) return;
        runs.start(jobs.runAsOf(job), job, 'PERIODIC', PLAIN_RUN).catch((fault: unknown) => fail(jobId, fault));
      },
    );
    const permissions = new ObjectPermissionLists(accessControl, directory);
    jobRoutes(server, { access, jobs, runs, schedules, permissions });
    runRoutes(server, { access, jobs, runs, schedules, permissions }, url);
    return new Jobs(runs, schedules, jobs, document);
  }

  /** Goes on with what waited when the workspace ended last, and with the schedules. */
  async resume(): Promise<void> {
    await this.runs.resume();
    for (const job of this.jobs.all) this.schedules.set(job);
  }

  /** Ends whatever runs, with all its processes, and waits for that, but not for ever. */
  async close(): Promise<void> {
    this.schedules.close();
    await settledWithin(LONGEST_CLOSE, this.runs.close());
    await this.document.settle();
  }
}

/** A run goes wrong after its request was answered, so that stands in the log by itself. */
function report(requestLog: RequestLog, id: number, fault: unknown): void {
  requestLog.add({
    ...{ id: String(id), time: new Date().toISOString(), method: 'POST' },
    ...{ path: '/api/2.2/jobs/run-now', route: '/api/2.2/jobs/run-now' },
    ...{ status: 500, milliseconds: 0, principal: undefined, failure: inspect(fault) },
  });
}
