import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ErrorEnvelope,
  Job,
  JobRun,
  JobTask,
  ListJobsResponse,
  ListRunsResponse,
  ObjectPermissions,
  RunOutput,
} from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { isAlive } from '../processes/is-alive';
import { ask, givenFolder, type Answer } from '../testing/given-workspace';
import { buildMortalWorkspace, MortalWorkspace } from '../testing/mortal-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const JOBS = '/api/2.2/jobs';

/** Starts another process, writes its id to the file it is told, and sleeps. */
const WITH_A_CHILD = [
  'import os, subprocess, sys, time',
  "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
  "open(sys.argv[1] + '.part', 'w').write(str(child.pid))",
  "os.rename(sys.argv[1] + '.part', sys.argv[1])",
  'time.sleep(600)',
].join('\n');

describe('the Jobs API', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    workspace = await startWorkspace({ stateDirectory, port: 0 });
  });
  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: object, persona: PersonaName = 'engineer'): Promise<Answer> =>
    ask(workspace, `${JOBS}${path}`, {
      ...{ method, token: workspace.personas[persona].token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const refusal = (answer: Answer): [number, unknown, string | undefined] => {
    const { error_code, message } = answer.json<ErrorEnvelope>();
    return [answer.status, error_code, message];
  };

  /** A Python file that everybody can read; answers its path. */
  const script = async (name: string, source: string): Promise<string> => {
    const path = `Shared/${name}.py`;
    const answer = await ask(workspace, `/api/2.0/workspace-files/import-file/${path}?overwrite=true`, {
      ...{ method: 'POST', token: workspace.personas.engineer.token, body: source },
    });
    expect(answer.status).toBe(200);
    return `/Workspace/${path}`;
  };

  const task = async (name: string, source: string, more: Partial<JobTask> = {}): Promise<JobTask> => ({
    task_key: name,
    spark_python_task: { python_file: await script(name, source) },
    ...more,
  });

  const create = async (settings: object, persona: PersonaName = 'engineer'): Promise<number> => {
    const answer = await send('POST', '/create', settings, persona);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('job_id')]);
    return answer.json<{ job_id: number }>().job_id;
  };

  const runNow = async (job_id: number, more: object = {}): Promise<number> => {
    const answer = await send('POST', '/run-now', { job_id, ...more });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('run_id')]);
    return answer.json<{ run_id: number }>().run_id;
  };

  const run = async (id: number): Promise<JobRun> => (await send('GET', `/runs/get?run_id=${id}`)).json<JobRun>();

  const until = async (id: number, reached: (run: JobRun) => boolean): Promise<JobRun> => {
    for (;;) {
      const now = await run(id);
      if (reached(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  const ended = (id: number): Promise<JobRun> => until(id, ({ status }) => status?.state === 'TERMINATED');

  const output = async (id: number | undefined): Promise<RunOutput> =>
    (await send('GET', `/runs/get-output?run_id=${String(id)}`)).json<RunOutput>();

  it('runs a Python file as whoever the job runs as, and keeps what it writes', async () => {
    const source = [
      'import json, os, sys, urllib.request',
      "url = os.environ['DATABRICKS_HOST'] + '/api/2.0/preview/scim/v2/Me'",
      "headers = {'Authorization': 'Bearer ' + os.environ['DATABRICKS_TOKEN']}",
      'me = json.load(urllib.request.urlopen(urllib.request.Request(url, headers=headers)))',
      "print(me['userName'], sys.argv[1:], sys.stdin.read() == '')",
    ].join('\n');
    const aggregate = await task('who', source);
    const { python_file = '' } = aggregate.spark_python_task ?? {};
    const job = await create(
      {
        name: 'nightly',
        run_as: { service_principal_name: workspace.servicePrincipal.clientId },
        parameters: [{ name: 'day', default: 'today' }],
        tasks: [
          {
            ...{ task_key: 'who', environment_key: 'default' },
            spark_python_task: { python_file, parameters: ['--day', '{{job.parameters.day}}', '{{task.name}}'] },
          },
        ],
        environments: [{ environment_key: 'default', spec: { environment_version: '2' } }],
      },
      'admin',
    );
    const started = await send('POST', '/run-now', { job_id: job, job_parameters: { day: 'monday' } }, 'admin');
    const { run_id } = started.json<{ run_id: number }>();

    const asAdmin = async (path: string) => (await send('GET', path, undefined, 'admin')).json<JobRun>();
    let done = await asAdmin(`/runs/get?run_id=${run_id}`);
    while (done.status?.state !== 'TERMINATED') done = await asAdmin(`/runs/get?run_id=${run_id}`);
    const logs = (await send('GET', `/runs/get-output?run_id=${run_id}`, undefined, 'admin')).json<RunOutput>();

    expect(done).toMatchObject({
      ...{ job_id: job, run_name: 'nightly', run_type: 'JOB_RUN', trigger: 'ONE_TIME' },
      run_as_user_name: workspace.servicePrincipal.clientId,
      job_parameters: [{ name: 'day', default: 'today', value: 'monday' }],
      state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' },
      status: { state: 'TERMINATED', termination_details: { code: 'SUCCESS', type: 'SUCCESS' } },
      tasks: [{ task_key: 'who', attempt_number: 0, state: { result_state: 'SUCCESS' } }],
    });
    expect(logs.logs).toBe(`${workspace.servicePrincipal.clientId} ['--day', 'monday', 'who'] True\n`);
  });

  it('says of a program that failed how, in the run, in its task and in the output', async () => {
    const job = await create({
      name: 'failing',
      tasks: [await task('boom', "print('before')\nraise ValueError('no')")],
    });

    const done = await ended(await runNow(job));
    const result = await output(done.tasks?.[0]?.run_id);

    expect(done).toMatchObject({
      state: {
        ...{ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' },
        state_message: 'Task boom failed with message: Workload failed, see run output for details.',
      },
      status: { state: 'TERMINATED', termination_details: { code: 'RUN_EXECUTION_ERROR', type: 'CLIENT_ERROR' } },
      tasks: [{ state: { life_cycle_state: 'TERMINATED', result_state: 'FAILED' } }],
    });
    expect(result).toMatchObject({
      error: 'ValueError: no',
      error_trace: expect.stringContaining('Traceback') as unknown,
    });
    expect(result.logs).toMatch(/^before\n/);
    const exits = await create({ name: 'exits', tasks: [await task('exits', 'raise SystemExit(2)')] });
    expect((await output((await ended(await runNow(exits))).tasks?.[0]?.run_id)).error).toBe('SystemExit: 2');
  });

  it('keeps the last 5 MB of what a task writes', async () => {
    const source = "import sys\nsys.stdout.write('first' + 'é' * 4_000_000 + 'last')";
    const job = await create({ name: 'loud', tasks: [await task('loud', source)] });

    const { logs = '', logs_truncated } = await output(((await ended(await runNow(job))).tasks ?? [])[0]?.run_id);

    expect([logs_truncated, logs.slice(-4), logs.includes('first'), logs.includes('\uFFFD')]).toEqual([
      ...[true, 'last', false, false],
    ]);
    expect(Buffer.byteLength(logs)).toBeLessThanOrEqual(5 * 1024 * 1024);
  });

  it('does tasks in order, tries them again, and leaves out what a failure is in the way of', async () => {
    const job = await create({
      name: 'graph',
      tasks: [
        await task('last', 'print(1)', { depends_on: [{ task_key: 'first' }] }),
        await task('first', 'print(1)'),
        await task('broken', 'raise SystemExit(1)', { max_retries: 1, depends_on: [{ task_key: 'first' }] }),
        await task('after', 'print(1)', { depends_on: [{ task_key: 'broken' }] }),
        await task('cleanup', 'print(1)', { depends_on: [{ task_key: 'broken' }], run_if: 'AT_LEAST_ONE_FAILED' }),
      ],
    });

    const { tasks = [], state } = await ended(await runNow(job));
    const results = tasks.map(({ task_key, attempt_number, state: { result_state } = {} }) =>
      [task_key, attempt_number, result_state].join(' '),
    );

    expect(results.sort()).toEqual([
      ...['after 0 UPSTREAM_FAILED', 'broken 0 FAILED', 'broken 1 FAILED', 'cleanup 0 SUCCESS', 'first 0 SUCCESS'],
      'last 0 SUCCESS',
    ]);
    const [first, last] = ['first', 'last'].map((key) => tasks.find(({ task_key }) => task_key === key));
    expect(last?.start_time).toBeGreaterThanOrEqual(first?.end_time ?? Infinity);
    expect(state?.result_state).toBe('FAILED');
    const only = await ended(await runNow(job, { only: ['first'] }));
    expect([only.tasks?.length, only.state?.result_state]).toEqual([1, 'SUCCESS']);
  }, 60_000);

  it('ends what is cancelled or takes too long, with everything it has started', async () => {
    const marker = join(stateDirectory, 'grandchild');
    const python_file = await script('sleep', WITH_A_CHILD);
    const sleeping = { task_key: 'sleep', spark_python_task: { python_file, parameters: [marker] } };
    const job = await create({ name: 'endless', tasks: [sleeping] });
    const short = await create({
      name: 'short',
      timeout_seconds: 1,
      tasks: [await task('nap', 'import time; time.sleep(600)')],
    });

    const [cancelled, timedOut] = [await runNow(job), await runNow(short)];
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await send('POST', '/runs/cancel', { run_id: cancelled })).status).toBe(200);

    expect(await ended(cancelled)).toMatchObject({
      state: { life_cycle_state: 'TERMINATED', result_state: 'CANCELED', user_cancelled_or_timedout: true },
      status: { termination_details: { code: 'USER_CANCELED' } },
      tasks: [{ state: { result_state: 'CANCELED' } }],
    });
    expect(await ended(timedOut)).toMatchObject({ state: { result_state: 'TIMEDOUT' } });
    await gone(Number(await readFile(marker, 'utf8')));
  });

  it('leaves no process behind when the workspace is killed', async () => {
    const folder = await givenFolder();
    const mortal = await MortalWorkspace.start(await buildMortalWorkspace(folder), join(folder, 'state'));
    const post = async (path: string, body: string): Promise<Record<string, unknown>> => {
      const headers = { authorization: `Bearer ${mortal.address.token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${mortal.address.url}${path}`, { method: 'POST', headers, body });
      return (await answer.json()) as Record<string, unknown>;
    };
    const marker = join(folder, 'pids');
    await post('/api/2.0/workspace-files/import-file/Shared/sleep.py', WITH_A_CHILD);
    const spark_python_task = { python_file: '/Workspace/Shared/sleep.py', parameters: [marker] };
    const created = await post(`${JOBS}/create`, JSON.stringify({ tasks: [{ task_key: 't', spark_python_task }] }));
    await post(`${JOBS}/run-now`, JSON.stringify(created));
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 20));

    await mortal.kill();

    await gone(Number(await readFile(marker, 'utf8')));
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('runs as many at once as it may: others wait, or are skipped', async () => {
    const settings = { tasks: [await task('brief', 'import time; time.sleep(0.3)')] };
    const job = await create({ name: 'one at a time', ...settings });

    const other = await create({ name: 'other', ...settings });
    const ofTheOther = await runNow(other, { idempotency_token: 'once' });
    const first = await runNow(job);
    const waiting = await runNow(job, { queue: { enabled: true }, idempotency_token: 'once' });
    const skipped = await runNow(job);

    expect(await run(waiting)).toMatchObject({
      state: { life_cycle_state: 'QUEUED' },
      status: { state: 'QUEUED', queue_details: { code: 'MAX_CONCURRENT_RUNS_REACHED' } },
    });
    expect((await run(skipped)).state).toMatchObject({
      ...{ life_cycle_state: 'SKIPPED', result_state: 'MAXIMUM_CONCURRENT_RUNS_REACHED' },
    });
    expect(await runNow(job, { idempotency_token: 'once' })).toBe(waiting);
    expect(await runNow(other, { idempotency_token: 'once' })).toBe(ofTheOther);
    const [before, after] = [await ended(first), await ended(waiting)];
    expect(after.state?.result_state).toBe('SUCCESS');
    expect(after.tasks?.[0]?.start_time).toBeGreaterThanOrEqual(before.end_time ?? Infinity);
  });

  it('starts what its schedule says, unless that is paused', async () => {
    const everySecond = { quartz_cron_expression: '* * * * * ?', timezone_id: 'Europe/Berlin' };
    const tasks = [await task('tick', 'print(1)')];
    const job = await create({ name: 'ticking', schedule: everySecond, tasks });
    const paused = await create({ name: 'paused', schedule: { ...everySecond, pause_status: 'PAUSED' }, tasks });
    const runsOf = async (id: number): Promise<JobRun[]> =>
      (await send('GET', `/runs/list?job_id=${id}&completed_only=true`)).json<ListRunsResponse>().runs ?? [];

    while ((await runsOf(job)).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    await send('POST', '/update', {
      job_id: job,
      new_settings: { schedule: { ...everySecond, pause_status: 'PAUSED' } },
    });

    expect((await runsOf(job))[0]).toMatchObject({ trigger: 'PERIODIC', schedule: { timezone_id: 'Europe/Berlin' } });
    expect(await runsOf(paused)).toEqual([]);
  });

  it('refuses to run what it could not run as it is meant, and says why', async () => {
    const asked = async (settings: object): Promise<[number, unknown, string | undefined]> =>
      refusal(await send('POST', '/run-now', { job_id: await create(settings) }));
    const python = await task('t', 'print(1)');

    expect(await asked({ tasks: [{ task_key: 'n', notebook_task: { notebook_path: '/Shared/n' } }] })).toEqual([
      ...[
        501,
        'NOT_IMPLEMENTED',
        "The local workspace cannot run task 'n': it runs spark_python_task, not notebook_task.",
      ],
    ]);
    const environments = [{ environment_key: 'e', spec: { dependencies: ['pandas'] } }];
    expect((await asked({ tasks: [{ ...python, environment_key: 'e' }], environments }))[2]).toContain(
      'asks for pandas',
    );
    const remote = { spark_python_task: { python_file: 'dbfs:/a.py' } };
    expect((await asked({ tasks: [{ task_key: 'r', ...remote }] }))[2]).toContain('not from dbfs:/a.py');
    const spark_python_task = { python_file: '/Shared/none.py' };
    const missing = await create({ tasks: [{ task_key: 'm', max_retries: -1, spark_python_task }] });
    expect(await ended(await runNow(missing))).toMatchObject({
      tasks: [{ attempt_number: 0 }],
      state: { result_state: 'FAILED', state_message: expect.stringContaining('/Shared/none.py') as unknown },
      status: { termination_details: { code: 'RESOURCE_NOT_FOUND' } },
    });
  });

  it('says so when the machine has no Python', async () => {
    const job = await create({ name: 'no python', tasks: [await task('p', 'print(1)')] });
    const path = process.env['PATH'];
    process.env['PATH'] = stateDirectory;
    const done = await ended(await runNow(job));
    process.env['PATH'] = path;

    expect(done).toMatchObject({
      state: { life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' },
      tasks: [{ state: { state_message: expect.stringContaining('no python3 on the PATH') as unknown } }],
      status: { termination_details: { code: 'DRIVER_ERROR' } },
    });
  });

  it('says what is wrong with settings', async () => {
    const wrong = async (settings: object): Promise<string | undefined> => {
      const answer = refusal(await send('POST', '/create', settings));
      expect(answer.slice(0, 2)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
      return answer[2];
    };
    const python = { spark_python_task: { python_file: '/a.py' } };

    expect(await wrong({ tasks: [{ task_key: 'a' }] })).toContain('exactly one of');
    expect(
      await wrong({
        tasks: [
          { task_key: 'a', ...python },
          { task_key: 'a', ...python },
        ],
      }),
    ).toContain('twice');
    const cycle = ['a', 'b'].map((key) => ({
      ...{ task_key: key, ...python, depends_on: [{ task_key: key === 'a' ? 'b' : 'a' }] },
    }));
    expect(await wrong({ tasks: cycle })).toContain('cycle: a, b');
    expect(await wrong({ tasks: [{ task_key: 'a', ...python, environment_key: 'x' }] })).toContain("environment 'x'");
    expect(await wrong({ schedule: { quartz_cron_expression: '0 2 * * *', timezone_id: 'UTC' } })).toContain(
      'six or seven',
    );
    expect(await wrong({ max_concurrent_runs: 1001 })).toContain('at most 1000');
    expect(await wrong({ run_as: { user_name: 'nobody@x.io' } })).toContain('nobody@x.io');
    expect(refusal(await send('POST', '/create', { max_concurrent_runs: 'many' }))[1]).toBe('MALFORMED_REQUEST');
  });

  it('keeps settings as they were given, changes and removes them', async () => {
    const tasks = [await task('a', 'print(1)'), await task('b', 'print(1)')];
    const job = await create({ name: 'Settings', tags: { team: 'x' }, tasks, health: { rules: [] } });
    const get = async (): Promise<Job> => (await send('GET', `/get?job_id=${job}`)).json<Job>();

    expect(await get()).toMatchObject({
      ...{ job_id: job, creator_user_name: workspace.personas.engineer.userName },
      settings: {
        ...{
          name: 'Settings',
          tags: { team: 'x' },
          health: { rules: [] },
          max_concurrent_runs: 1,
          format: 'MULTI_TASK',
        },
        tasks: [{ task_key: 'a', run_if: 'ALL_SUCCESS', timeout_seconds: 0 }, { task_key: 'b' }],
      },
    });
    const changed = { new_settings: { name: 'New', tasks: [{ ...tasks[1], timeout_seconds: 9 }] }, job_id: job };
    await send('POST', '/update', { ...changed, fields_to_remove: ['tags', 'tasks/a'] });
    const { settings } = await get();
    expect(settings).toMatchObject({ name: 'New', tasks: [{ task_key: 'b', timeout_seconds: 9 }] });
    expect(settings).not.toHaveProperty('tags');
    await send('POST', '/reset', { job_id: job, new_settings: { name: 'Reset' } });
    expect((await get()).settings).not.toHaveProperty('tasks');
    expect((await send('POST', '/delete', { job_id: job })).status).toBe(200);
    expect(refusal(await send('GET', `/get?job_id=${job}`))).toEqual([
      ...[400, 'INVALID_PARAMETER_VALUE', `Job ${job} does not exist.`],
    ]);
    expect(refusal(await send('GET', '/runs/get?run_id=7'))[2]).toBe('Run 7 does not exist.');
  });

  it('lists jobs and runs page by page', async () => {
    const tasks = [await task('p', 'print(1)')];
    const jobs: number[] = [];
    for (let index = 0; index < 5; index += 1) jobs.push(await create({ name: 'Paged', tasks }));
    const found: (number | undefined)[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const page: ListJobsResponse = (
        await send('GET', `/list?limit=2&name=paged${token === '' ? '' : `&page_token=${token}`}`)
      ).json<ListJobsResponse>();
      found.push(...(page.jobs ?? []).map(({ job_id }) => job_id));
      expect(page.has_more).toBe(page.next_page_token !== undefined);
      token = page.next_page_token;
    }

    expect(found).toEqual(jobs.toReversed());
    const runs = await Promise.all(jobs.slice(0, 3).map((job) => runNow(job)));
    await Promise.all(runs.map(ended));
    const list = (await send('GET', '/runs/list?limit=2')).json<ListRunsResponse>();
    const rest = (
      await send('GET', `/runs/list?limit=25&page_token=${list.next_page_token ?? ''}`)
    ).json<ListRunsResponse>();
    const ids = [...(list.runs ?? []), ...(rest.runs ?? [])].map(({ run_id }) => run_id);
    expect(ids.slice(0, 3).sort()).toEqual(runs.sort());
    expect(list.runs?.[0]).not.toHaveProperty('tasks');
  });

  it('goes on behind jobs and runs that are gone when the next page is asked for', async () => {
    const tasks = [await task('p', 'print(1)')];
    const [oldest = 0, older = 0, gone = 0, newest = 0] = [
      ...[await create({ name: 'Left', tasks }), await create({ name: 'Left', tasks })],
      ...[await create({ name: 'Left', tasks }), await create({ name: 'Left', tasks })],
    ];
    const first = (await send('GET', '/list?limit=2&name=left')).json<ListJobsResponse>();
    await send('POST', '/delete', { job_id: gone });
    const second = await send('GET', `/list?limit=2&name=left&page_token=${first.next_page_token ?? ''}`);
    const runs: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      runs.push(await runNow(newest));
      await ended(runs.at(-1) ?? 0);
    }
    const path = `/runs/list?limit=2&job_id=${newest}`;
    const latest = (await send('GET', path)).json<ListRunsResponse>();
    await send('POST', '/runs/delete', { run_id: runs[1] });
    const earlier = await send('GET', `${path}&page_token=${latest.next_page_token ?? ''}`);

    expect(first.jobs?.map(({ job_id }) => job_id)).toEqual([newest, gone]);
    expect(second.json<ListJobsResponse>().jobs?.map(({ job_id }) => job_id)).toEqual([older, oldest]);
    expect(earlier.json<ListRunsResponse>().runs?.map(({ run_id }) => run_id)).toEqual([runs[0]]);
  });

  it('is for whom the job lets: others neither see, run nor change it', async () => {
    const job = await create({ name: 'mine', tasks: [await task('mine', 'print(1)')] });
    const level = async (permission_level: string, method = 'PATCH'): Promise<ObjectPermissions> =>
      (
        await ask(workspace, `/api/2.0/permissions/jobs/${job}`, {
          ...{ method, token: workspace.personas.engineer.token },
          body: JSON.stringify({ access_control_list: [{ group_name: 'analysts', permission_level }] }),
        })
      ).json<ObjectPermissions>();
    const statuses = async (): Promise<number[]> => [
      (await send('GET', `/get?job_id=${job}`, undefined, 'analyst')).status,
      (await send('POST', '/run-now', { job_id: job, queue: { enabled: true } }, 'analyst')).status,
      (await send('POST', '/update', { job_id: job, new_settings: { name: 'mine' } }, 'analyst')).status,
    ];

    expect(await statuses()).toEqual([403, 403, 403]);
    expect((await send('GET', '/list?name=mine', undefined, 'analyst')).json<ListJobsResponse>().jobs).toBeUndefined();
    expect(await level('CAN_VIEW')).toMatchObject({ object_id: `/jobs/${job}`, object_type: 'job' });
    expect(await statuses()).toEqual([200, 403, 403]);
    await level('CAN_MANAGE_RUN');
    expect(await statuses()).toEqual([200, 200, 403]);
    await level('CAN_MANAGE');
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(await level('CAN_MANAGE', 'PUT')).toMatchObject({ message: 'The job must have exactly one owner.' });
    const narrow = await workspace.issueUserToken('engineer', ['sql']);
    expect((await ask(workspace, `${JOBS}/list`, { token: narrow.token })).text).toContain('required scopes: jobs');
    expect(
      refusal(await send('POST', '/create', { run_as: { user_name: workspace.personas.admin.userName } }))[0],
    ).toBe(403);
  });

  it('runs as its creator again only when somebody says so who may', async () => {
    const tasks = [await task('own', 'print(1)')];
    const run_as = { user_name: workspace.personas.engineer.userName };
    const job = await create({ name: 'handed over', run_as, tasks }, 'admin');
    const list = [{ user_name: workspace.personas.engineer.userName, permission_level: 'CAN_MANAGE' }];
    await ask(workspace, `/api/2.0/permissions/jobs/${job}`, {
      ...{ method: 'PATCH', token: workspace.personas.admin.token },
      body: JSON.stringify({ access_control_list: list }),
    });
    const withdraw = (who: PersonaName) => send('POST', '/update', { job_id: job, fields_to_remove: ['run_as'] }, who);
    const runAs = async () => (await send('GET', `/get?job_id=${job}`)).json<Job>().run_as_user_name;

    expect(refusal(await withdraw('engineer')).slice(0, 2)).toEqual([403, 'PERMISSION_DENIED']);
    expect(await runAs()).toBe(workspace.personas.engineer.userName);
    expect((await withdraw('admin')).status).toBe(200);
    expect(await runAs()).toBe(workspace.personas.admin.userName);
  });

  it('has its jobs after a restart, says what broke off, and goes on with what waited', async () => {
    const job = await create({ name: 'survivor', tasks: [await task('slow', 'import time; time.sleep(600)')] });
    const quick = await create({ name: 'quick', tasks: [await task('quick', 'print(1)')], queue: { enabled: true } });
    const broken = await runNow(job);
    const before = await runNow(quick);
    await ended(before);
    const waiting = await runNow(job, { queue: { enabled: true }, python_params: ['x'] });
    await until(broken, ({ state }) => state?.life_cycle_state === 'RUNNING');
    await workspace.close();
    workspace = await startWorkspace({ stateDirectory, port: 0 });

    expect((await run(broken)).state).toMatchObject({
      ...{ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' },
      state_message: 'The local workspace ended while the run was going on.',
    });
    expect(await output(before)).toMatchObject({ logs: '1\n' });
    await until(waiting, ({ state }) => state?.life_cycle_state === 'RUNNING');
    await send('POST', '/runs/cancel-all', { job_id: job });
    expect(await ended(waiting)).toMatchObject({ overriding_parameters: { python_params: ['x'] } });
    expect((await send('POST', '/runs/delete', { run_id: waiting })).status).toBe(200);
    expect(refusal(await send('GET', `/runs/get?run_id=${waiting}`))[0]).toBe(400);
  });
});

/** Resolves when there is no such process: a killed one is there until somebody has asked for its end. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    if (!isAlive(pid)) return;
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (state === undefined || / Z /.test(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
