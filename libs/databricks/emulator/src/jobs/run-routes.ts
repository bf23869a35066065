import type { JobRun, ListRunsResponse, RunNowResponse, RunOutput } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { pageOfNewest } from '../http/newest-first';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import { describeRun, describeTaskRun } from './describe-run';
import { ReadSettings } from './job-settings';
import { idOf, JOBS_ROOTS, LARGEST_JOB, pageOf, requiredId, textsOf, type JobParts } from './job-routes';
import type { StoredRun, StoredTaskRun } from './jobs-document';
import { hasEnded } from './run-book';
import type { RunRequest } from './runs';

const PAGE = { usual: 20, maximum: 25 };
const LONGEST_TOKEN = 64;
/** Of the parameters of a run, as JSON. */
const LARGEST_PARAMETERS = 10_000;

/** Runs: started, watched, cancelled. `url` is where the workspace listens. */
export function runRoutes(server: FastifyInstance, parts: JobParts, url: () => string): void {
  for (const root of JOBS_ROOTS) routesAt(server, root, parts, url);
}

function routesAt(server: FastifyInstance, root: string, { access, jobs, runs }: JobParts, url: () => string): void {
  const describe = (run: StoredRun, tasks: readonly StoredTaskRun[]): JobRun =>
    describeRun(run, runs.settingsOf(run), { url: url(), runAs: runAs(run) }, tasks);
  const runAs = (run: StoredRun): string => {
    const job = run.jobId === undefined ? undefined : jobs.find(run.jobId);
    return job === undefined ? (runs.settingsOf(run).runAs?.name ?? run.creator) : jobs.runAsOf(job);
  };

  server.post(`${root}/run-now`, { bodyLimit: LARGEST_JOB }, async (request): Promise<RunNowResponse> => {
    const caller = await access.caller(request, 'jobs');
    const body = new JsonFields(request.body);
    const job = jobs.require(caller, requiredId(body, 'job_id'), 'CAN_MANAGE_RUN');
    const run = await runs.start(caller.name, job, 'ONE_TIME', requestOf(body));
    return { run_id: run.id, number_in_job: run.id };
  });

  server.post(`${root}/runs/submit`, { bodyLimit: LARGEST_JOB }, async (request) => {
    const caller = await access.caller(request, 'jobs');
    const body = new JsonFields(request.body);
    const { run_name, ...settings } = body.all();
    const read = ReadSettings.parse({ ...settings, name: run_name ?? 'Untitled' });
    jobs.refuseRunAs(caller, read.runAs);
    const run = await runs.submit(caller.name, read, tokenOf(body));
    return { run_id: run.id };
  });

  server.get(`${root}/runs/get`, async (request): Promise<JobRun> => {
    const caller = await access.caller(request, 'jobs');
    const id = idOf(requiredQueryText(request.query, 'run_id'), 'run_id');
    const run = runs.require(caller, id, 'CAN_VIEW');
    const task = run.tasks.find((each) => each.id === id);
    if (task !== undefined) return describeTaskRun(run, task, runs.settingsOf(run), { url: url(), runAs: runAs(run) });
    const { tasks, next } = pageOf(run.tasks, ['run', String(id)], request.query);
    return { ...describe(run, tasks), ...(next === undefined ? {} : { has_more: true, next_page_token: next }) };
  });

  server.get(`${root}/runs/list`, async (request): Promise<ListRunsResponse> => {
    const caller = await access.caller(request, 'jobs');
    const { query } = request;
    const wanted = queryText(query, 'job_id');
    const jobId = wanted === undefined ? undefined : idOf(wanted, 'job_id');
    const limit = pageLimit(query, 'limit', PAGE);
    const withTasks = queryText(query, 'expand_tasks') === 'true';
    const seen = runs.list(caller, jobId).filter(filterOf(query));
    const { page, next } = pageOfNewest(seen, { list: ['runs', wanted ?? ''], query, limit });
    if (page.length === 0) return { has_more: false };
    return {
      runs: page.map((run) => describe(run, withTasks ? run.tasks : [])),
      has_more: next !== undefined,
      ...(next === undefined ? {} : { next_page_token: next }),
    };
  });

  server.get(`${root}/runs/get-output`, async (request): Promise<RunOutput> => {
    const caller = await access.caller(request, 'jobs');
    const id = idOf(requiredQueryText(request.query, 'run_id'), 'run_id');
    const run = runs.require(caller, id, 'CAN_VIEW');
    const [only] = run.tasks;
    const task = run.tasks.find((each) => each.id === id) ?? (run.tasks.length === 1 ? only : undefined);
    if (task === undefined) {
      throw invalidParameter(
        'Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.',
      );
    }
    const logs = await runs.logs(task.id);
    return {
      metadata: describeTaskRun(run, task, runs.settingsOf(run), { url: url(), runAs: runAs(run) }),
      ...(logs === undefined ? {} : { logs, logs_truncated: task.logsTruncated === true }),
      ...(task.error === undefined ? {} : { error: task.error }),
      ...(task.errorTrace === undefined ? {} : { error_trace: task.errorTrace }),
    };
  });

  server.post(`${root}/runs/cancel`, async (request) => {
    const caller = await access.caller(request, 'jobs');
    await runs.cancel(runs.require(caller, requiredId(new JsonFields(request.body), 'run_id'), 'CAN_MANAGE_RUN'));
    return {};
  });

  server.post(`${root}/runs/cancel-all`, async (request) => {
    const caller = await access.caller(request, 'jobs');
    const job = jobs.require(caller, requiredId(new JsonFields(request.body), 'job_id'), 'CAN_MANAGE_RUN');
    await runs.cancelAll(job.id);
    return {};
  });

  server.post(`${root}/runs/delete`, async (request) => {
    const caller = await access.caller(request, 'jobs');
    await runs.remove(runs.require(caller, requiredId(new JsonFields(request.body), 'run_id'), 'CAN_MANAGE_RUN'));
    return {};
  });
}

function requestOf(body: JsonFields): RunRequest {
  const given = body.value('job_parameters');
  const entries = given === undefined ? [] : Object.entries(new JsonFields(given).all());
  const parameters = entries.map(([name, value]): [string, string] => {
    if (typeof value === 'string') return [name, value];
    throw invalidParameter(`The job parameter ${name.slice(0, 100)} must be a string.`);
  });
  const python = body.value('python_params');
  if (JSON.stringify([given ?? {}, python ?? []]).length > LARGEST_PARAMETERS) {
    throw invalidParameter(`Parameters of a run must not be longer than ${LARGEST_PARAMETERS} bytes of JSON.`);
  }
  const queue = body.value('queue');
  const only = body.value('only');
  return {
    jobParameters: Object.fromEntries(parameters),
    pythonParameters: python === undefined ? undefined : textsOf(python, 'python_params'),
    only: only === undefined ? undefined : textsOf(only, 'only'),
    idempotencyToken: tokenOf(body),
    isQueued: queue === undefined ? undefined : new JsonFields(queue).flag('enabled'),
  };
}

function tokenOf(body: JsonFields): string | undefined {
  const token = body.text('idempotency_token');
  if (token !== undefined && token.length > LONGEST_TOKEN) {
    throw invalidParameter(`idempotency_token must have at most ${LONGEST_TOKEN} characters.`);
  }
  return token === '' ? undefined : token;
}

function filterOf(query: unknown): (run: StoredRun) => boolean {
  const isTrue = (name: string): boolean => queryText(query, name) === 'true';
  const [active, completed] = [isTrue('active_only'), isTrue('completed_only')];
  if (active && completed) throw invalidParameter('Only one of active_only and completed_only can be true.');
  const time = (name: string): number | undefined => {
    const text = queryText(query, name);
    return text === undefined ? undefined : idOf(text, name);
  };
  const [from = 0, to = Infinity] = [time('start_time_from'), time('start_time_to')];
  const type = queryText(query, 'run_type');
  return (run) =>
    !(active && hasEnded(run)) &&
    !(completed && !hasEnded(run)) &&
    (type === undefined || (type === 'JOB_RUN') === (run.jobId !== undefined)) &&
    run.createdAt >= from &&
    run.createdAt <= to;
}
