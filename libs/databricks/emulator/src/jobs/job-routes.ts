import type { CreateJobResponse, Job, ListJobsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { JsonFields, listOf } from '../http/json-fields';
import { pageOfNewest } from '../http/newest-first';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Access } from '../identity/access';
import type { ObjectPermissionLists } from '../object-permissions/object-permissions';
import { JOBS } from '../object-permissions/object-type';
import type { JobStore } from './job-store';
import type { StoredJob } from './jobs-document';
import type { Runs } from './runs';
import type { Schedules } from './schedules';

/** 2.1 has the same calls. */
export const JOBS_ROOTS = ['/api/2.2/jobs', '/api/2.1/jobs'];
/** What a request of the Jobs API may hold. */
export const LARGEST_JOB = 10 * 1024 * 1024;

const PAGE = { usual: 20, maximum: 100 };
const TASKS_PAGE = 100;

export interface JobParts {
  readonly access: Access;
  readonly jobs: JobStore;
  readonly runs: Runs;
  readonly schedules: Schedules;
  readonly permissions: ObjectPermissionLists;
}

/** Jobs: made, read, changed and removed. */
export function jobRoutes(server: FastifyInstance, parts: JobParts): void {
  for (const root of JOBS_ROOTS) routesAt(server, root, parts);
}

function routesAt(server: FastifyInstance, root: string, parts: JobParts): void {
  const { access, jobs, runs, schedules, permissions } = parts;
  const large = { bodyLimit: LARGEST_JOB };

  server.post(`${root}/create`, large, async (request): Promise<CreateJobResponse> => {
    const caller = await access.caller(request, 'jobs');
    const job = await jobs.create(caller, request.body);
    const list = new JsonFields(request.body).value('access_control_list');
    if (list !== undefined) {
      const address = { type: JOBS.names[0], id: String(job.id) };
      try {
        await permissions.replace(caller, address, { access_control_list: list });
      } catch (error) {
        await jobs.remove(caller, job.id);
        throw error;
      }
    }
    schedules.set(job);
    return { job_id: job.id };
  });

  server.get(`${root}/get`, async (request): Promise<Job> => {
    const caller = await access.caller(request, 'jobs');
    const id = idOf(requiredQueryText(request.query, 'job_id'), 'job_id');
    const job = jobs.require(caller, id, 'CAN_VIEW');
    const { tasks, next } = pageOf(jobs.settingsOf(job).tasks, ['job', String(id)], request.query);
    return {
      ...describe(
        jobs,
        job,
        tasks.map(({ given }) => given),
      ),
      ...(next === undefined ? {} : { has_more: true, next_page_token: next }),
    };
  });

  server.get(`${root}/list`, async (request): Promise<ListJobsResponse> => {
    const caller = await access.caller(request, 'jobs');
    const limit = pageLimit(request.query, 'limit', PAGE);
    const name = queryText(request.query, 'name');
    const withTasks = queryText(request.query, 'expand_tasks') === 'true';
    const seen = jobs
      .list(caller)
      .filter((job) => name === undefined || jobs.settingsOf(job).name.toLowerCase() === name.toLowerCase());
    const { page, next } = pageOfNewest(seen, { list: ['jobs', name ?? ''], query: request.query, limit });
    if (page.length === 0) return { has_more: false };
    return {
      jobs: page.map((job) => {
        const tasks = jobs.settingsOf(job).tasks.map(({ given }) => given);
        return describe(jobs, job, withTasks ? tasks.slice(0, TASKS_PAGE) : []);
      }),
      has_more: next !== undefined,
      ...(next === undefined ? {} : { next_page_token: next }),
    };
  });

  server.post(`${root}/reset`, large, async (request) => {
    const caller = await access.caller(request, 'jobs');
    const body = new JsonFields(request.body);
    const id = requiredId(body, 'job_id');
    await jobs.reset(caller, id, body.value('new_settings') ?? {});
    schedules.set({ id });
    return {};
  });

  server.post(`${root}/update`, large, async (request) => {
    const caller = await access.caller(request, 'jobs');
    const body = new JsonFields(request.body);
    const id = requiredId(body, 'job_id');
    const removed = textsOf(body.value('fields_to_remove') ?? [], 'fields_to_remove');
    await jobs.update(caller, id, body.value('new_settings'), removed);
    schedules.set({ id });
    return {};
  });

  server.post(`${root}/delete`, async (request) => {
    const caller = await access.caller(request, 'jobs');
    const id = requiredId(new JsonFields(request.body), 'job_id');
    await jobs.remove(caller, id);
    schedules.drop(id);
    await runs.cancelAll(id);
    return {};
  });
}

function describe(jobs: JobStore, job: StoredJob, tasks: readonly object[]): Job {
  const { tasks: _all, ...settings } = jobs.settingsOf(job).given;
  return {
    ...{ job_id: job.id, creator_user_name: job.creator, run_as_user_name: jobs.runAsOf(job) },
    created_time: job.createdAt,
    settings: { ...settings, ...(tasks.length === 0 ? {} : { tasks: [...tasks] }) },
  };
}

/** A hundred tasks, and where the next page begins. */
export function pageOf<Task>(
  all: readonly Task[],
  scope: readonly string[],
  query: unknown,
): { tasks: readonly Task[]; next: string | undefined } {
  const start = Number(decodePageToken(scope, queryText(query, 'page_token')) ?? 0);
  const end = start + TASKS_PAGE;
  return { tasks: all.slice(start, end), next: end < all.length ? encodePageToken(scope, String(end)) : undefined };
}

/** An id in a query. */
export function idOf(text: string, name: string): number {
  if (/^\d{1,15}$|^[1-8]\d{15}$/.test(text)) return Number(text);
  throw invalidParameter(`${name} must be an integer, got "${text.slice(0, 40)}"`);
}

/** An id in a body. */
export function requiredId(body: JsonFields, name: string): number {
  const id = body.integer(name);
  if (id === undefined) throw invalidParameter(`Missing required field: ${name}`);
  return id;
}

export function textsOf(value: unknown, name: string): readonly string[] {
  return listOf(value, name).map((entry) => {
    if (typeof entry === 'string') return entry;
    throw invalidParameter(`Every entry of ${name} must be a string.`);
  });
}
