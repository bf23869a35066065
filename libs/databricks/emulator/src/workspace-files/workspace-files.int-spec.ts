import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ErrorEnvelope,
  ExportWorkspaceObjectResponse,
  ListWorkspaceResponse,
  WorkspaceObjectInfo,
} from '@lakescope/databricks-wire';
import { ask, givenFolder } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ROOT = '/api/2.0/workspace';
const MARKED = '# Databricks notebook source\nprint(1)\n';

describe('workspace files', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;
  let home: string;
  let folder: string;
  let number = 0;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    workspace = await startWorkspace({ port: 0, stateDirectory });
    home = `/Users/${workspace.personas.engineer.userName}`;
  });
  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    number += 1;
    folder = `${home}/test ${number}`;
    await post('engineer', '/mkdirs', { path: folder });
  });

  type Who = 'admin' | 'engineer' | 'analyst' | 'outsider';
  const get = (who: Who, call: string, path: string, more = '') =>
    ask(workspace, `${ROOT}${call}?path=${encodeURIComponent(path)}${more}`, { token: workspace.personas[who].token });
  const post = (who: Who, call: string, body: unknown) =>
    ask(workspace, `${ROOT}${call}`, {
      method: 'POST',
      token: workspace.personas[who].token,
      body: JSON.stringify(body),
    });
  const put = (who: Who, path: string, text: string, more: object = { format: 'AUTO' }) =>
    post(who, '/import', { path, content: Buffer.from(text).toString('base64'), ...more });
  const importFile = (who: Who, path: string, body: string, query = '', headers: Record<string, string> = {}) =>
    ask(workspace, `/api/2.0/workspace-files/import-file/${encodeURIComponent(path.slice(1))}${query}`, {
      ...{ method: 'POST', token: workspace.personas[who].token, body, headers },
    });
  const info = async (path: string) => (await get('engineer', '/get-status', path)).json<WorkspaceObjectInfo>();
  const names = async (who: Who, path: string) =>
    (await get(who, '/list', path)).json<ListWorkspaceResponse>().objects?.map((object) => object.path) ?? [];
  const text = async (path: string, more = '') =>
    (await get('engineer', '/export', path, `${more}&direct_download=true`)).text;

  it('begin with a home for everybody, also for who comes later', async () => {
    const late = await workspace.createUser({ userName: 'zoe@lakescope.example' });

    const [root, homes, status] = await Promise.all([
      names('admin', '/'),
      names('admin', '/Users'),
      get('admin', '/get-status', `/Workspace/Users/${late}`),
    ]);

    expect(root).toEqual(['/Shared', '/Users']);
    expect(homes).toEqual(
      expect.arrayContaining([home, `/Users/${late}`, `/Users/${workspace.servicePrincipal.clientId}`]),
    );
    expect(status.json()).toMatchObject({ object_type: 'DIRECTORY', path: `/Workspace/Users/${late}` });
  });

  it('come back byte for byte, as base64 and directly', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 0xf0, 0x9f]);
    await post('engineer', '/import', {
      path: `${folder}/data.bin`,
      format: 'AUTO',
      content: bytes.toString('base64'),
    });

    const json = await get('engineer', '/export', `${folder}/data.bin`, '&format=AUTO');
    const direct = await get('engineer', '/export', `/Workspace${folder}/data.bin`, '&direct_download=true');

    expect(json.json<ExportWorkspaceObjectResponse>()).toEqual({ content: bytes.toString('base64'), file_type: 'bin' });
    expect(direct.bytes).toEqual(bytes);
    expect(direct.headers['content-length']).toBe('6');
    expect(await info(`${folder}/data.bin`)).toEqual({
      object_id: expect.any(Number),
      object_type: 'FILE',
      path: `${folder}/data.bin`,
      resource_id: expect.stringMatching(/^\d+$/),
      size: 6,
      created_at: expect.any(Number),
      modified_at: expect.any(Number),
    });
  });

  it.each([
    ['job.py', MARKED, 'job', 'NOTEBOOK', 'PYTHON'],
    ['Job.SQL', '-- Databricks notebook source\r\nSELECT 1', 'Job', 'NOTEBOOK', 'SQL'],
    ['book.ipynb', '{"nbformat":4,"cells":[]}', 'book', 'NOTEBOOK', 'PYTHON'],
    ['job.py', 'print(1)\n', 'job.py', 'FILE', undefined],
    ['job.txt', MARKED, 'job.txt', 'FILE', undefined],
    ['.py', MARKED, '.py', 'FILE', undefined],
  ])('of format AUTO are what they look like: %s with %j', async (name, content, stored, type, language) => {
    await put('engineer', `${folder}/${name}`, content);

    const [object] = (await get('engineer', '/list', folder)).json<ListWorkspaceResponse>().objects ?? [];

    expect([object?.path, object?.object_type, object?.language]).toEqual([`${folder}/${stored}`, type, language]);
  });

  it('are notebooks of the language they say as SOURCE, and nothing but bytes as RAW', async () => {
    await put('engineer', `${folder}/note`, 'print(2)', { format: 'SOURCE', language: 'PYTHON' });
    await put('engineer', `${folder}/raw.py`, MARKED, { format: 'RAW' });

    expect(await text(`${folder}/note`)).toBe('# Databricks notebook source\nprint(2)');
    expect(await text(`${folder}/raw.py`)).toBe(MARKED);
    expect((await info(`${folder}/raw.py`)).object_type).toBe('FILE');
  });

  it('are replaced only by who says so, and keep their id', async () => {
    await put('engineer', `${folder}/a.txt`, 'one');
    const before = await info(`${folder}/a.txt`);

    const refused = await put('engineer', `${folder}/a.txt`, 'two');
    const replaced = await put('engineer', `${folder}/a.txt`, 'three', { format: 'AUTO', overwrite: true });

    expect([refused.status, refused.json<ErrorEnvelope>()]).toMatchObject([
      400,
      { error_code: 'RESOURCE_ALREADY_EXISTS', message: "Node named 'a.txt' already exists" },
    ]);
    expect([replaced.status, await text(`${folder}/a.txt`)]).toEqual([200, 'three']);
    expect((await info(`${folder}/a.txt`)).object_id).toBe(before.object_id);
  });

  it('do not become something else by being replaced', async () => {
    await put('engineer', `${folder}/x`, 'print(2)', { format: 'SOURCE', language: 'PYTHON' });

    const answer = await put('engineer', `${folder}/x`, 'bytes', { format: 'RAW', overwrite: true });

    expect(answer.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: `Cannot overwrite the asset at ${folder}/x due to type mismatch (asked: FILE, actual: NOTEBOOK).`,
    });
  });

  it('come as a posted form, too', async () => {
    const form = new FormData();
    form.set('path', `${folder}/form.py`);
    form.set('format', 'AUTO');
    form.set('overwrite', 'true');
    form.set('content', new Blob([MARKED]), 'form.py');

    const answer = await fetch(`${workspace.url}${ROOT}/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.personas.engineer.token}` },
      body: form,
    });

    expect(answer.status).toBe(200);
    expect(await text(`${folder}/form`)).toBe(MARKED);
  });

  it('come as nothing but a body, whatever it calls itself', async () => {
    const json = await importFile('engineer', `/Workspace${folder}/a.json`, '{ no json', '', {
      'content-type': 'application/json',
    });
    const marked = await importFile('engineer', `${folder}/n.py`, MARKED);
    const again = await importFile('engineer', `${folder}/a.json`, 'x');
    const overwritten = await importFile('engineer', `${folder}/a.json`, '[]', '?overwrite=true');
    const orphan = await importFile('engineer', `${folder}/no/such/a.json`, 'x');
    const read = await ask(workspace, `/api/2.0/workspace-files${encodeURI(folder)}/a.json`, {
      token: workspace.personas.engineer.token,
    });

    expect([json, marked, again, overwritten, orphan].map(({ status }) => status)).toEqual([200, 200, 409, 200, 404]);
    expect(orphan.json<ErrorEnvelope>().message).toBe(`The parent folder (${folder}/no/such) does not exist.`);
    expect(read.text).toBe('[]');
    expect((await info(`${folder}/n`)).object_type).toBe('NOTEBOOK');
  });

  it('are 10 MB at most when they are imported, and more as a body', async () => {
    const large = 'x'.repeat(10 * 1024 * 1024 + 1);

    const refused = await put('engineer', `${folder}/large`, large);
    const fits = await put('engineer', `${folder}/fits`, large.slice(1));
    const body = await importFile('engineer', `${folder}/large`, large);
    const asJson = await get('engineer', '/export', `${folder}/large`);

    expect(refused.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'MAX_NOTEBOOK_SIZE_EXCEEDED',
      message: 'File size imported is (10485761 bytes), exceeded max size (10485760 bytes)',
    });
    expect([fits.status, body.status, asJson.status]).toEqual([200, 200, 400]);
    expect((await text(`${folder}/large`)).length).toBe(large.length);
  });

  it('are deleted with what is in them only when that is said', async () => {
    await post('engineer', '/mkdirs', { path: `${folder}/a/b/c` });
    await put('engineer', `${folder}/a/b/file`, 'x');

    const refused = await post('engineer', '/delete', { path: `${folder}/a` });
    const deleted = await post('engineer', '/delete', { path: `${folder}/a`, recursive: true });
    const gone = await get('engineer', '/get-status', `${folder}/a/b/file`);

    expect([refused.status, refused.json<ErrorEnvelope>()]).toMatchObject([
      400,
      { error_code: 'DIRECTORY_NOT_EMPTY', message: `Folder (${folder}/a) is not empty` },
    ]);
    expect([deleted.status, gone.status]).toEqual([200, 404]);
    expect(gone.json<ErrorEnvelope>().message).toBe(`Path (${folder}/a/b/file) doesn't exist.`);
  });

  it.each(['/', '/Users', '/Shared', 'home'])('never lose %s', async (what) => {
    const answer = await post('admin', '/delete', { path: what === 'home' ? home : what, recursive: true });

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([400, 'DIRECTORY_PROTECTED']);
  });

  it('are closed to others, who are not told what is there and what is not', async () => {
    await put('engineer', `${folder}/secret.txt`, 'x');

    const asAnalyst = await Promise.all([
      get('analyst', '/get-status', `${folder}/secret.txt`),
      get('analyst', '/get-status', `${folder}/nothing`),
      get('analyst', '/list', folder),
      get('analyst', '/export', `${folder}/secret.txt`),
      put('analyst', `${folder}/secret.txt`, 'y', { format: 'AUTO', overwrite: true }),
      put('analyst', `${folder}/new.txt`, 'y'),
      importFile('analyst', `${folder}/new.txt`, 'y'),
      post('analyst', '/mkdirs', { path: `${folder}/new` }),
      post('analyst', '/delete', { path: `${folder}/secret.txt` }),
    ]);

    expect(asAnalyst.map(({ status }) => status)).toEqual(asAnalyst.map(() => 403));
    expect(asAnalyst[2]?.json<ErrorEnvelope>().message).toBe(
      `${workspace.personas.analyst.userName} does not have View permissions on ${folder}. Please contact the owner or an administrator for access.`,
    );
    expect(await names('analyst', '/Users')).toEqual([`/Users/${workspace.personas.analyst.userName}`]);
    expect(await names('engineer', folder)).toEqual([`${folder}/secret.txt`]);
    expect(await names('admin', folder)).toEqual([`${folder}/secret.txt`]);
  });

  it('are everybody’s in the shared folder, and nobody’s but the admins’ at the top', async () => {
    await put('engineer', `/Shared/from engineer ${number}`, 'x');

    const [read, written, top] = [
      await get('outsider', '/export', `/Shared/from engineer ${number}`, '&direct_download=true'),
      await put('outsider', `/Shared/from engineer ${number}`, 'y', { format: 'AUTO', overwrite: true }),
      await post('outsider', '/mkdirs', { path: `/top ${number}` }),
    ];

    expect([read.text, written.status, top.status]).toEqual(['x', 200, 403]);
    expect((await post('admin', '/mkdirs', { path: `/top ${number}` })).status).toBe(200);
  });

  it.each<[string, string, object, number, string]>([
    ['/mkdirs', 'a path that begins nowhere', { path: 'Users/x' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'a path that climbs', { path: '/Shared/../Users' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'NUL', { path: '/Shared/\u0000' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'half a character', { path: '/Shared/\ud800' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'a name of 256 bytes', { path: `/Shared/${'ü'.repeat(128)}` }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'a path of 9,000 characters', { path: '/Shared/a'.repeat(1000) }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'no path', {}, 400, 'INVALID_PARAMETER_VALUE'],
    ['/mkdirs', 'a list of paths', { path: ['/Shared'] }, 400, 'MALFORMED_REQUEST'],
    ['/delete', 'nothing there', { path: '/Shared/nothing' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['/delete', 'a word as flag', { path: '/Shared/nothing', recursive: 'maybe' }, 400, 'MALFORMED_REQUEST'],
    ['/import', 'SOURCE of no language', { path: '/Shared/x', format: 'SOURCE' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/import', 'an archive', { path: '/Shared/x', format: 'DBC' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/import', 'no base64', { path: '/Shared/x', format: 'AUTO', content: '%%%' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/import', 'an old language', { path: '/Shared/x', language: 'COBOL' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/import', 'a folder', { path: '/Shared', format: 'RAW', overwrite: true }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/import', 'no parent', { path: '/Shared/no/such', format: 'RAW' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
  ])('are refused at %s with %s', async (call, _what, body, status, code) => {
    const answer = await post('engineer', call, body);

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([status, code]);
  });

  it('may have any name that is text', async () => {
    const odd = ['🌊.txt', 'a%2Fb', 'line\nbreak', 'quote\'"', ' leading', 'ü'.repeat(127)];
    for (const name of odd) await put('engineer', `${folder}/${name}`, name, { format: 'RAW' });

    const contents = await Promise.all(odd.map((name) => text(`${folder}/${name}`)));

    expect(contents).toEqual(odd);
  });

  it('cannot lie in a file', async () => {
    await put('engineer', `${folder}/file`, 'x');

    const [inside, below] = [
      await put('engineer', `${folder}/file/inner`, 'x'),
      await post('engineer', '/mkdirs', { path: `${folder}/file/inner` }),
    ];

    expect([inside.status, below.json<ErrorEnvelope>()]).toMatchObject([
      404,
      { error_code: 'RESOURCE_ALREADY_EXISTS', message: `Path (${folder}/file) already exists.` },
    ]);
  });

  it('are written once by two people at the same time', async () => {
    const answers = await Promise.all(
      ['one', 'two', 'three', 'four'].map((content) => importFile('engineer', `${folder}/race.txt`, content)),
    );

    const won = answers.findIndex(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await text(`${folder}/race.txt`)).toBe(['one', 'two', 'three', 'four'][won]);
  });

  it('are there again after a restart, and what a crash has left behind is not', async () => {
    await put('engineer', `${folder}/kept.txt`, 'still here');
    const before = await info(`${folder}/kept.txt`);
    const contents = join(stateDirectory, 'workspace-files');
    await workspace.close();
    await writeFile(join(contents, '00000000-0000-4000-8000-000000000000'), 'half of somethi');
    workspace = await startWorkspace({ port: 0, stateDirectory });

    expect(await text(`${folder}/kept.txt`)).toBe('still here');
    expect(await info(`${folder}/kept.txt`)).toEqual(before);
    expect(await readdir(contents)).not.toContain('00000000-0000-4000-8000-000000000000');
  });

  it('need the scope of the workspace', async () => {
    const tokens = await Promise.all(
      ['workspace', 'files'].map((name) => workspace.issueUserToken('engineer', [name])),
    );

    const answers = await Promise.all(
      tokens.map(({ token }) => ask(workspace, `${ROOT}/list?path=/Shared`, { token })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toMatch(/required scopes: workspace$/);
  });
});
