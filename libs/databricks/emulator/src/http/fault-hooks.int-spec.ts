import { setImmediate } from 'node:timers/promises';
import type { ErrorEnvelope, ScimGroup, ScimList } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { InvalidFault, type Fault } from './faults';

const ME = '/api/2.0/preview/scim/v2/Me';
const GROUPS = '/api/2.0/preview/scim/v2/Groups';

describe('planned faults', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let admin: string;
  let analyst: string;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    admin = workspace.personas.admin.token;
    analyst = workspace.personas.analyst.token;
  });
  afterAll(() => stop());
  beforeEach(() => workspace.faults.clear());

  const createGroup = (displayName: string) =>
    ask(workspace, GROUPS, { method: 'POST', token: admin, body: JSON.stringify({ displayName }) });
  const groupNames = async () =>
    (await ask(workspace, GROUPS, { token: admin }))
      .json<ScimList<ScimGroup>>()
      .Resources.map(({ displayName }) => displayName);

  describe('after the handler', () => {
    it('answer an error although the work was done', async () => {
      workspace.faults.add({ method: 'POST', pathPrefix: GROUPS, status: 503, afterHandler: true, times: 1 });

      const answer = await createGroup('done-503');

      expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([503, 'TEMPORARILY_UNAVAILABLE']);
      expect(answer.text).not.toContain('done-503');
      expect(await groupNames()).toContain('done-503');
    });

    it('cut the connection although the work was done', async () => {
      workspace.faults.add({ method: 'POST', pathPrefix: GROUPS, cut: 'connection', afterHandler: true, times: 1 });

      await expect(createGroup('done-cut')).rejects.toMatchObject({ code: 'ECONNRESET' });

      expect(await groupNames()).toContain('done-cut');
    });

    it('answer any body with its own headers', async () => {
      workspace.faults.add({
        pathPrefix: ME,
        status: 502,
        body: '<pre>bad gateway</pre>',
        headers: { 'retry-after': '3' },
        afterHandler: true,
      });

      const answer = await ask(workspace, ME, { token: admin });

      expect([answer.status, answer.text, answer.headers['retry-after'], answer.headers['content-type']]).toEqual([
        502,
        '<pre>bad gateway</pre>',
        '3',
        'text/plain',
      ]);
    });

    it('wait before they answer', async () => {
      workspace.faults.add({ pathPrefix: '/.well-known', status: 500, afterHandler: true, delayMs: 60 });

      const before = performance.now();
      const answer = await ask(workspace, '/.well-known/databricks-config');

      expect(answer.status).toBe(500);
      expect(performance.now() - before).toBeGreaterThanOrEqual(50);
    });
  });

  it('keep no process alive by waiting for somebody who has left', async () => {
    const fault = workspace.faults.add({ pathPrefix: GROUPS, delayMs: 600_000 });
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const leaving = new AbortController();
    const before = timers();

    const answer = fetch(workspace.url + GROUPS, { signal: leaving.signal }).catch((error: Error) => error.name);
    while (workspace.faults.list().find(({ id }) => id === fault.id)?.hits !== 1) await setImmediate();
    leaving.abort();

    expect(await answer).toBe('AbortError');
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it.each([
    ['expired', 401, /^The access token expired\. /],
    ['invalid', 403, /^Invalid access token\. /],
  ] as const)('answer as for a token that is %s', async (token, status, message) => {
    workspace.faults.add({ pathPrefix: ME, token, times: 1 });

    const answer = await ask(workspace, ME, { token: admin });

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([status, status]);
    expect(answer.json<ErrorEnvelope>().message).toMatch(message);
    expect((await ask(workspace, ME, { token: admin })).status).toBe(200);
  });

  it.each([
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'RESOURCE_DOES_NOT_EXIST'],
    [409, 'RESOURCE_CONFLICT'],
    [429, 'REQUEST_LIMIT_EXCEEDED'],
    [500, 'INTERNAL_ERROR'],
    [503, 'TEMPORARILY_UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('answer %i with the code that the platform gives it', async (status, code) => {
    workspace.faults.add({ pathPrefix: ME, status });

    const answer = await ask(workspace, ME, { token: admin });

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([status, code]);
  });

  it.each([
    ['a persona', () => 'analyst'],
    ['a user name', () => workspace.personas.analyst.userName],
  ])('of %s leave others alone', async (_case, principal) => {
    workspace.faults.add({ pathPrefix: ME, status: 500, principal: principal() });

    const answers = [
      await ask(workspace, ME, { token: admin }),
      await ask(workspace, ME, { token: analyst }),
      await ask(workspace, ME),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 500, 401]);
  });

  it('hide what was just created for a while', async () => {
    workspace.faults.add({ method: 'POST', pathPrefix: GROUPS, hideCreatedFor: 2, times: 1 });
    const { id = '' } = (await createGroup('shy')).json<ScimGroup>();

    const answers = [];
    for (let index = 0; index < 3; index += 1) {
      const { status, json } = await ask(workspace, `${GROUPS}/${id}`, { token: admin });
      answers.push([status, json<Partial<ErrorEnvelope>>().error_code]);
    }

    expect(answers).toEqual([
      [404, 'RESOURCE_DOES_NOT_EXIST'],
      [404, 'RESOURCE_DOES_NOT_EXIST'],
      [200, undefined],
    ]);
  });

  it.each<[Fault]>([
    [{ afterHandler: true }],
    [{ afterHandler: true, cut: 'body' }],
    [{ token: 'expired', status: 500 }],
    [{ token: 'invalid', cut: 'connection' }],
    [{ status: 500, times: 0 }],
    [{ status: 500, method: 'FOO' }],
    [{ status: 500, pathPrefix: 'nope' }],
    [{ status: 500, pathPrefix: `${ME}?attributes=id` }],
    [{ status: 500, pathPrefix: '/.local/requests' }],
    [{ status: 500, principal: 'ghost' }],
    [{ method: 'POST', hideCreatedFor: 0 }],
  ])('refuse to plan %j', async (fault) => {
    const overHttp = await ask(workspace, '/.local/faults', { method: 'POST', body: JSON.stringify(fault) });

    expect(() => workspace.faults.add(fault)).toThrow(InvalidFault);
    expect([overHttp.status, workspace.faults.list()]).toEqual([400, []]);
  });

  it('hide whatever is new, by the name it will be asked for', async () => {
    const send = (method: string, path: string, body?: object) =>
      ask(workspace, path, { method, token: admin, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const catalogs = '/api/2.1/unity-catalog/catalogs';
    const schemas = '/api/2.1/unity-catalog/schemas';
    const file = '/api/2.0/fs/files/Volumes/shy/s/v/a%20b.txt';
    workspace.faults.add({ hideCreatedFor: 1 });
    await send('POST', catalogs, { name: 'shy' });
    await send('POST', schemas, { name: 's', catalog_name: 'shy' });
    const volume = { catalog_name: 'shy', schema_name: 's', name: 'v', volume_type: 'MANAGED' };
    await send('POST', '/api/2.1/unity-catalog/volumes', volume);
    await send('PUT', file, { content: 'x' });
    const made = { warehouse_id: workspace.warehouseId, statement: 'SELECT 1' };
    const { statement_id } = (await send('POST', '/api/2.0/sql/statements', made)).json<{ statement_id: string }>();
    const twice = async (path: string, method = 'GET'): Promise<number[]> => [
      (await send(method, path)).status,
      (await send(method, path)).status,
    ];

    expect(await twice(`${catalogs}/shy`)).toEqual([404, 200]);
    expect(await twice(`${schemas}/shy.s`)).toEqual([404, 200]);
    expect(await twice(file)).toEqual([404, 200]);
    expect(await twice(file, 'HEAD')).toEqual([404, 200]);
    expect(await twice(`/api/2.0/sql/statements/${statement_id}`)).toEqual([404, 200]);
  });

  it('come over HTTP with everything they can say', async () => {
    const fault = { pathPrefix: ME, principal: 'analyst', status: 418, afterHandler: true, times: 2, delayMs: 1 };

    const added = await ask(workspace, '/.local/faults', { method: 'POST', body: JSON.stringify(fault) });

    expect(added.json()).toMatchObject(fault);
    expect((await ask(workspace, ME, { token: analyst })).status).toBe(418);
  });

  it.each([{ afterHandler: 'yes' }, { token: 'old' }, { principal: 7 }, { hideCreatedFor: -1 }])(
    'are refused over HTTP when they are %j',
    async (fault) => {
      const answer = await ask(workspace, '/.local/faults', { method: 'POST', body: JSON.stringify(fault) });

      expect([answer.status, workspace.faults.list()]).toEqual([400, []]);
    },
  );
});
