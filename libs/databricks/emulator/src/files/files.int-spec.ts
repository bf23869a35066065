import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorEnvelope, ListDirectoryResponse } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const FILES = '/api/2.0/fs/files';
const DIRECTORIES = '/api/2.0/fs/directories';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const MODIFIED = new Date('2026-01-31T10:00:00.500Z');

describe('the Files API', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let outside: string;
  let analyst: string;
  let outsider: string;

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'lakescope-mount-'));
    await writeFile(join(outside, 'mounted.txt'), 'from this machine');
    ({ workspace, stop } = await givenWorkspace({ mounts: { corpus: outside } }));
    analyst = workspace.personas.analyst.token;
    outsider = workspace.personas.outsider.token;
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    const volume = await workspace.createVolume('demo', 'lake', 'files');
    await writeFile(join(volume, 'letters.txt'), ALPHABET);
    await utimes(join(volume, 'letters.txt'), MODIFIED, MODIFIED);
    await writeFile(join(volume, 'empty'), '');
    await writeFile(join(volume, 'größe 100%.csv'), 'a;b');
    await mkdir(join(volume, 'many'));
    await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        writeFile(join(volume, 'many', `part-${String(index).padStart(2, '0')}`), `${index}`),
      ),
    );
    await symlink(outside, join(volume, 'way-out'));
    await symlink(join(outside, 'mounted.txt'), join(volume, 'leak.txt'));
    await symlink('letters.txt', join(volume, 'inner-link.txt'));
    await symlink('loop', join(volume, 'loop'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(volume, 'pipe')]);
  });

  afterAll(async () => {
    await stop();
    await rm(outside, { recursive: true, force: true });
  });

  const get = (path: string, headers: Record<string, string> = {}, token = analyst) =>
    ask(workspace, `${FILES}${path}`, { token, headers });

  it('answers a whole file with its length, type and time', async () => {
    const answer = await get('/Volumes/demo/lake/files/letters.txt');

    expect(answer.status).toBe(200);
    expect(answer.text).toBe(ALPHABET);
    expect(answer.headers).toMatchObject({
      'content-length': '26',
      'content-type': 'application/octet-stream',
      'last-modified': 'Sat, 31 Jan 2026 10:00:00 GMT',
    });
    expect(answer.headers.etag).toMatch(/^"[0-9a-f]+-1a"$/);
  });

  it('answers HEAD with the real length and no body', async () => {
    const answer = await ask(workspace, `${FILES}/Volumes/demo/lake/files/letters.txt`, {
      method: 'HEAD',
      token: analyst,
    });

    expect([answer.status, answer.headers['content-length'], answer.bytes.length]).toEqual([200, '26', 0]);
  });

  it.each([
    ['bytes=2-4', 'cde', 'bytes 2-4/26'],
    ['bytes=20-', 'uvwxyz', 'bytes 20-25/26'],
    ['bytes=-3', 'xyz', 'bytes 23-25/26'],
    ['bytes=24-900', 'yz', 'bytes 24-25/26'],
  ])('answers the range %s', async (range, body, contentRange) => {
    const answer = await get('/Volumes/demo/lake/files/letters.txt', { range });

    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([206, body, contentRange]);
    expect(answer.headers['content-length']).toBe(String(body.length));
  });

  it('refuses a range behind the end', async () => {
    const answer = await get('/Volumes/demo/lake/files/letters.txt', { range: 'bytes=26-' });

    expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */26']);
  });

  it('answers an empty file', async () => {
    const answer = await get('/Volumes/demo/lake/files/empty');

    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '0', '']);
  });

  it.each([
    ['Sat, 31 Jan 2026 10:00:00 GMT', 200],
    ['Sat, 31 Jan 2026 09:59:59 GMT', 412],
    ['yesterday', 200],
  ])('reads a file if unmodified since %s: %d', async (date, status) => {
    const answer = await get('/Volumes/demo/lake/files/letters.txt', { 'if-unmodified-since': date });

    expect(answer.status).toBe(status);
  });

  it('decodes names per segment', async () => {
    const answer = await get(`/Volumes/demo/lake/files/${encodeURIComponent('größe 100%.csv')}`);

    expect([answer.status, answer.text]).toEqual([200, 'a;b']);
  });

  it('pages a directory in byte order until there is no token', async () => {
    const names: string[] = [];
    const sizes: number[] = [];
    let token = '';
    do {
      const query = `?page_size=10${token === '' ? '' : `&page_token=${encodeURIComponent(token)}`}`;
      const answer = await ask(workspace, `${DIRECTORIES}/Volumes/demo/lake/files/many${query}`, { token: analyst });
      const page = answer.json<ListDirectoryResponse>();
      names.push(...(page.contents ?? []).map((entry) => entry.name));
      sizes.push(page.contents?.length ?? 0);
      token = page.next_page_token ?? '';
    } while (token !== '');

    expect(sizes).toEqual([10, 10, 5]);
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `part-${String(index).padStart(2, '0')}`));
  });

  it('lists files with size and time, directories without size, and nothing that leads out or cannot be read', async () => {
    const answer = await ask(workspace, `${DIRECTORIES}/Volumes/demo/lake/files/`, { token: analyst });

    expect(answer.json<ListDirectoryResponse>().contents).toEqual([
      expect.objectContaining({ name: 'empty', is_directory: false, file_size: 0 }),
      expect.objectContaining({ name: 'größe 100%.csv', path: '/Volumes/demo/lake/files/größe 100%.csv' }),
      expect.objectContaining({ name: 'inner-link.txt', file_size: 26 }),
      expect.objectContaining({ name: 'letters.txt', file_size: 26, last_modified: MODIFIED.getTime() }),
      { name: 'many', path: '/Volumes/demo/lake/files/many', is_directory: true, last_modified: expect.any(Number) },
    ]);
  });

  it('refuses a page token of another directory', async () => {
    const many = await ask(workspace, `${DIRECTORIES}/Volumes/demo/lake/files/many?page_size=1`, { token: analyst });
    const token = many.json<ListDirectoryResponse>().next_page_token ?? '';

    const answer = await ask(workspace, `${DIRECTORIES}/Volumes/demo/lake/files?page_token=${token}`, {
      token: analyst,
    });

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it.each([
    ['HEAD', '/Volumes/demo/lake/files/many', 200],
    ['HEAD', '/Volumes/demo/lake/files/letters.txt', 404],
    ['HEAD', '/Volumes/demo/lake/files/nowhere', 404],
    ['GET', '/Volumes/demo/lake/files/letters.txt', 404],
  ])('%s of the directory %s: %d', async (method, path, status) => {
    const answer = await ask(workspace, `${DIRECTORIES}${path}`, { method, token: analyst });

    expect(answer.status).toBe(status);
  });

  it('says with a reason that a file is missing', async () => {
    const answer = await get('/Volumes/demo/lake/files/nowhere.csv');

    expect(answer.status).toBe(404);
    expect(answer.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'NOT_FOUND',
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'FILES_API_FILE_IS_NOT_FOUND' },
        { '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: answer.headers['x-request-id'] },
      ],
    });
  });

  it('does not wait for the writer of a pipe', async () => {
    const answer = await get('/Volumes/demo/lake/files/pipe');

    expect(answer.status).toBe(404);
  });

  it.each([
    '/Volumes/demo/lake/files/../../../../workspace/workspace.json',
    '/Volumes/demo/lake/files/%2e%2e/%2e%2e/%2e%2e/%2e%2e/workspace/workspace.json',
    '/Volumes/demo/lake/files/..%2f..%2f..%2f..%2fworkspace%2fworkspace.json',
    '/Volumes/demo/lake/files/many%2F..%2F..%2Ffiles/letters.txt',
    '/Volumes/demo/lake/files/.%2e/letters.txt',
    '/Volumes/demo/lake/files/%252e%252e/letters.txt',
    '/Volumes/demo/lake/files/%c0%ae%c0%ae/letters.txt',
    '/Volumes/demo/lake/files/letters.txt%00.csv',
    '/Volumes/demo/lake/..%2f..%2fworkspace/workspace.json',
    '/Volumes/%2e%2e/%2e%2e/workspace/workspace.json',
    '/Volumes/../../etc/passwd',
    '/Volumes/demo/lake/files/way-out/mounted.txt',
    '/Volumes/demo/lake/files/leak.txt',
    '/Volumes/demo/lake/files/loop',
    '/Volumes/demo/lake/files/%2Fetc%2Fpasswd',
    '/Volumes/demo/lake/files/..\\..\\workspace.json',
    '/Volumes/demo/lake.files/x/letters.txt',
    '/etc/passwd',
    '//etc/passwd',
    '/../../../../etc/passwd',
    '/%zz',
    `/Volumes/demo/lake/files/${'long-'.repeat(60)}`,
  ])('does not leave the volume by %s', async (path) => {
    const [file, directory] = await Promise.all([
      get(path),
      ask(workspace, `${DIRECTORIES}${path}`, { token: analyst }),
    ]);

    expect([400, 403, 404]).toContain(file.status);
    expect([400, 403, 404]).toContain(directory.status);
    expect(file.text + directory.text).not.toMatch(/client_?secret|root:|from this machine|abcdef/i);
  });

  it('shows a mounted folder to those with READ_VOLUME and refuses the outsider', async () => {
    const path = '/Volumes/lakescope/mounts/corpus/mounted.txt';

    const [allowed, refused] = await Promise.all([get(path), get(path, {}, outsider)]);

    expect([allowed.status, allowed.text]).toEqual([200, 'from this machine']);
    expect(refused.status).toBe(403);
    expect(refused.json()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: "User does not have USE CATALOG on Catalog 'lakescope'.",
    });
  });

  it.each([
    ['PUT', `${FILES}/Volumes/lakescope/mounts/corpus/new.txt`, 403, 'PERMISSION_DENIED'],
    ['DELETE', `${FILES}/Volumes/lakescope/mounts/corpus/mounted.txt`, 403, 'PERMISSION_DENIED'],
    ['PUT', `${DIRECTORIES}/Volumes/lakescope/mounts/corpus/new`, 403, 'PERMISSION_DENIED'],
    ['PUT', `${FILES}/Volumes/demo/lake/files/new.txt?overwrite=true`, 403, 'PERMISSION_DENIED'],
    ['POST', `${FILES}/Volumes/demo/lake/files/new.txt?action=initiate-upload`, 403, 'PERMISSION_DENIED'],
  ])('refuses the analyst %s %s', async (method, path, status, code) => {
    const answer = await ask(workspace, path, {
      method,
      token: analyst,
      body: 'x'.repeat(2_000_000),
      headers: { 'content-type': 'application/octet-stream' },
    });

    expect([answer.status, answer.json()['error_code']]).toEqual([status, code]);
  });

  it('wants the scope files', async () => {
    const { token } = await workspace.issueUserToken('analyst', ['sql']);

    const answer = await get('/Volumes/demo/lake/files/letters.txt', {}, token);

    expect(answer.status).toBe(403);
    expect(answer.json()['message']).toBe('Provided OAuth token does not have required scopes: files');
  });
});
