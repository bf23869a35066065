import { createHash, randomUUID } from 'node:crypto';
import { link as linkFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import type {
  CreateAbortUploadUrlResponse,
  CreateUploadPartUrlsResponse,
  InitiateUploadResponse,
  UploadedPart,
} from '@lakescope/databricks-wire';
import { ask, givenFolder, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const FILES = '/api/2.0/fs/files';
const VOLUME = '/Volumes/demo/lake/files';
const FIVE_MIB = 5 * 1024 ** 2;
const DAY_SECONDS = 86_400;

describe('an upload in parts', () => {
  let workspace: LocalWorkspace;
  let stateDirectory: string;
  let volume: string;
  let engineer: string;
  let analyst: string;
  /** The file each test writes. */
  let path: string;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    workspace = await startWorkspace({ stateDirectory, port: 0 });
    engineer = workspace.personas.engineer.token;
    analyst = workspace.personas.analyst.token;
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    volume = await workspace.createVolume('demo', 'lake', 'files');
    await workspace.grant('VOLUME', 'demo.lake.files', 'engineers', ['WRITE_VOLUME']);
  });

  beforeEach(() => {
    path = `${VOLUME}/${randomUUID()}/big file.bin`;
  });

  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const restarted = async () => {
    await workspace.close();
    workspace = await startWorkspace({ stateDirectory, port: 0 });
  };
  const post = (url: string, body?: object, token = engineer): Promise<Answer> =>
    ask(workspace, url, { method: 'POST', token, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  const initiate = async (query = '&overwrite=true', token = engineer) =>
    post(`${FILES}${encodeURI(path)}?action=initiate-upload${query}`, undefined, token);
  const started = async (query?: string) =>
    (await initiate(query)).json<InitiateUploadResponse>().multipart_upload?.session_token ?? '';
  const links = (session: string, start: number, count: number, more: object = {}, token = engineer) =>
    post(
      '/api/2.0/fs/create-upload-part-urls',
      { path, session_token: session, start_part_number: start, count, expire_time: inAnHour(), ...more },
      token,
    );
  const linkOf = async (session: string, part: number) =>
    (await links(session, part, 1)).json<CreateUploadPartUrlsResponse>().upload_part_urls?.[0]?.url ?? '';
  /** Sends to a link as clients do: without a token. */
  const send = (method: string, url: string, body?: Buffer, headers: Record<string, string> = {}) => {
    const { pathname, search } = new URL(url);
    return ask(workspace, pathname + search, { method, headers, ...(body === undefined ? {} : { body }) });
  };
  const sent = async (session: string, part: number, content: Buffer): Promise<UploadedPart> => {
    const answer = await send('PUT', await linkOf(session, part), content);
    expect(answer.status).toBe(200);
    return { part_number: part, etag: answer.headers.etag ?? '' };
  };
  const complete = (session: string, parts: readonly unknown[], token = engineer) =>
    post(
      `${FILES}${encodeURI(path)}?action=complete-upload&upload_type=multipart&session_token=${session}`,
      { parts },
      token,
    );
  const abortLink = async (session: string) =>
    (
      await post('/api/2.0/fs/create-abort-upload-url', { path, session_token: session, expire_time: inAnHour() })
    ).json<CreateAbortUploadUrlResponse>().abort_upload_url?.url ?? '';
  const content = () => ask(workspace, `${FILES}${encodeURI(path)}`, { token: analyst });
  const codeOf = (answer: Answer) => /<Code>(\w+)<\/Code>/.exec(answer.text)?.[1];
  const sessionFolders = () => readdir(join(stateDirectory, 'uploads', 'sessions'));

  it('makes one file out of parts that came in any order', async () => {
    const session = await started();
    const [first, second, third] = [Buffer.alloc(FIVE_MIB, 'a'), Buffer.alloc(FIVE_MIB + 7, 'b'), Buffer.from('end')];

    const parts = [await sent(session, 3, third), await sent(session, 1, first), await sent(session, 2, second)].sort(
      (one, other) => one.part_number - other.part_number,
    );
    expect((await content()).status).toBe(404);
    const answer = await complete(session, parts);

    expect([answer.status, answer.json()]).toEqual([200, {}]);
    expect((await content()).bytes.equals(Buffer.concat([first, second, third]))).toBe(true);
  });

  it('names a part by the MD5 of its content', async () => {
    const part = await sent(await started(), 1, Buffer.from('content'));

    expect(part.etag).toBe(`"${createHash('md5').update('content').digest('hex')}"`);
  });

  it('gives the links that are asked for, and none behind the ten thousandth part', async () => {
    const session = await started();

    const numbers = async (start: number, count: number) =>
      (await links(session, start, count))
        .json<CreateUploadPartUrlsResponse>()
        .upload_part_urls?.map(({ part_number }) => part_number);

    expect(await numbers(4, 3)).toEqual([4, 5, 6]);
    expect(await numbers(9_999, 5)).toEqual([9_999, 10_000]);
  });

  it('can be begun, linked and completed by the engineer and not by the analyst', async () => {
    const session = await started();
    const part = await sent(session, 1, Buffer.from('x'));

    const refused = await Promise.all([
      initiate('', analyst),
      links(session, 1, 1, {}, analyst),
      complete(session, [part], analyst),
      post('/api/2.0/fs/create-abort-upload-url', { path, session_token: session, expire_time: inAnHour() }, analyst),
    ]);

    expect(refused.map(({ status, json }) => [status, json()['message']])).toEqual(
      refused.map(() => [403, "User does not have WRITE VOLUME on Volume 'demo.lake.files'."]),
    );
    expect((await complete(session, [part])).status).toBe(200);
  });

  it('goes on after a restart', async () => {
    const session = await started();
    const first = Buffer.alloc(FIVE_MIB, 'r');
    const before = await sent(session, 1, first);
    const link = await linkOf(session, 2);

    await restarted();
    const late = await send('PUT', link, Buffer.from('rest'));
    const answer = await complete(session, [before, { part_number: 2, etag: late.headers.etag }]);

    expect(answer.status).toBe(200);
    expect((await content()).bytes.equals(Buffer.concat([first, Buffer.from('rest')]))).toBe(true);
  });

  it('starts again after a kill that left half of a session', async () => {
    await started();
    const folder = join(stateDirectory, 'uploads', 'sessions');
    const [id = ''] = await sessionFolders();
    await writeFile(join(folder, id, 'session.json'), '{"state_ver');
    await writeFile(join(folder, 'no-folder'), '');
    await writeFile(join(stateDirectory, 'uploads', 'incoming', 'left-behind'), 'half');

    await restarted();

    expect(await sessionFolders()).not.toEqual(expect.arrayContaining([id, 'no-folder']));
    expect(await readdir(join(stateDirectory, 'uploads', 'incoming'))).toEqual([]);
    expect((await initiate()).status).toBe(200);
  });

  it('says once more that it is complete to a client that missed the answer', async () => {
    const session = await started('&overwrite=false');
    const part = await sent(session, 1, Buffer.from('once'));
    await complete(session, [part]);

    await restarted();
    const again = await complete(session, [part]);

    expect([again.status, (await content()).text]).toEqual([200, 'once']);
  });

  it('knows its own file when a kill came before it was marked as complete', async () => {
    const before = await sessionFolders();
    const session = await started('&overwrite=false');
    const [id = ''] = (await sessionFolders()).filter((folder) => !before.includes(folder));
    const part = await sent(session, 1, Buffer.from('once'));
    const whole = join(stateDirectory, 'uploads', 'sessions', id, 'whole');
    const target = join(volume, path.slice(VOLUME.length));
    await writeFile(whole, 'once');
    await mkdir(dirname(target));
    await linkFile(whole, target);

    await restarted();
    const answer = await complete(session, [part]);

    expect([answer.status, (await content()).text]).toEqual([200, 'once']);
    expect(await readdir(join(stateDirectory, 'uploads', 'sessions', id))).toEqual(['session.json']);
  });

  it('takes two completions at once for one', async () => {
    const session = await started('&overwrite=false');
    const part = await sent(session, 1, Buffer.from('once'));

    const answers = await Promise.all([complete(session, [part]), complete(session, [part])]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('counts a part that is sent again by what came last', async () => {
    const session = await started();
    const old = await sent(session, 1, Buffer.from('old'));
    const current = await sent(session, 1, Buffer.from('new'));

    const refused = await complete(session, [old]);
    await complete(session, [current]);

    expect([refused.status, refused.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await content()).text).toBe('new');
  });

  it('keeps a part of which another try was cut in the middle', async () => {
    const session = await started();
    const part = await sent(session, 1, Buffer.from('whole'));
    const { pathname, search } = new URL(await linkOf(session, 1));

    await new Promise<void>((resolve) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: workspace.port,
        method: 'PUT',
        path: pathname + search,
        headers: { 'content-length': '1000000' },
      });
      request.on('error', () => resolve());
      request.write(Buffer.alloc(100_000), () => request.destroy(new Error('cut')));
    });

    expect((await complete(session, [part])).status).toBe(200);
    expect((await content()).text).toBe('whole');
  });

  it.each([
    ['&overwrite=true', 200, 'new'],
    ['', 200, 'new'],
    ['&overwrite=false', 409, 'old'],
  ])('writes over a file with "%s": %d', async (query, status, text) => {
    await ask(workspace, `${FILES}${encodeURI(path)}`, { method: 'PUT', token: engineer, body: 'old' });
    const session = await started(query);

    const answer = await complete(session, [await sent(session, 1, Buffer.from('new'))]);

    expect([answer.status, (await content()).text]).toEqual([status, text]);
    if (status === 409) expect(answer.json()['error_code']).toBe('ALREADY_EXISTS');
  });

  it('takes small parts at the end only', async () => {
    const session = await started();
    const parts = [await sent(session, 1, Buffer.from('small')), await sent(session, 2, Buffer.from('last'))];

    const answer = await complete(session, parts);

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await content()).status).toBe(404);
  });

  it('is not completed out of order, without parts, or with parts that never came', async () => {
    const session = await started();
    const parts = [await sent(session, 1, Buffer.alloc(FIVE_MIB)), await sent(session, 2, Buffer.from('b'))];
    const lists = [
      [...parts].reverse(),
      [parts[0], parts[0]],
      [],
      [{ part_number: 3, etag: parts[0]?.etag }],
      [{ part_number: 1, etag: '../../session.json' }],
      [{ part_number: 0, etag: 'x' }],
      [{}],
      [null],
      ['x'],
    ];

    for (const list of lists) expect((await complete(session, list)).status).toBe(400);

    expect((await complete(session, parts)).status).toBe(200);
  });

  it('ends when it is aborted', async () => {
    const session = await started();
    const part = await sent(session, 1, Buffer.from('x'));
    const [link, abort] = [await linkOf(session, 2), await abortLink(session)];
    const before = await sessionFolders();

    const [ended, again, late] = [await send('DELETE', abort), await send('DELETE', abort), await send('PUT', link)];

    expect([ended.status, again.status, late.status]).toEqual([200, 404, 404]);
    expect(codeOf(late)).toBe('NoSuchUpload');
    expect([(await complete(session, [part])).status, (await links(session, 1, 1)).status]).toEqual([404, 404]);
    expect((await sessionFolders()).length).toBe(before.length - 1);
  });

  it('expires after a week', async () => {
    const session = await started();
    const part = await sent(session, 1, Buffer.from('x'));

    workspace.setClockSkew(6 * DAY_SECONDS);
    const inTime = await links(session, 2, 1, { expire_time: new Date(Date.now() + 8 * DAY_SECONDS * 1000) });
    workspace.setClockSkew(7 * DAY_SECONDS + 1);
    const late = await complete(session, [part]);
    workspace.setClockSkew(0);

    expect([inTime.status, late.status, late.json()['error_code']]).toEqual([200, 404, 'NOT_FOUND']);
  });

  it('is bound to its file', async () => {
    const session = await started();
    const part = await sent(session, 1, Buffer.from('x'));
    const own = path;
    path = `${VOLUME}/other.bin`;

    const answers = [await complete(session, [part]), await links(session, 1, 1)];

    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    path = own;
    expect((await links(session, 1, 1)).status).toBe(200);
  });

  it('is not begun where a directory is, or on a volume that is not there', async () => {
    path = VOLUME;
    expect((await initiate()).status).toBe(409);
    path = '/Volumes/demo/lake/none/x';
    expect((await initiate()).status).toBe(404);
  });

  it.each([
    ['no start_part_number', { start_part_number: undefined }],
    ['part 0', { start_part_number: 0 }],
    ['half a part', { start_part_number: 1.5 }],
    ['a part that is too high', { start_part_number: 10_001 }],
    ['no links', { count: 0 }],
    ['a million links', { count: 1_000_000 }],
    ['no expiry', { expire_time: undefined }],
    ['an expiry that is no time', { expire_time: 'soon' }],
    ['an expiry that has passed', { expire_time: '2020-01-01T00:00:00Z' }],
    ['a path that is none', { path: '/etc/passwd' }],
    ['a path that is a number', { path: 7 }],
  ])('gives no links for %s', async (_what, more) => {
    expect((await links(await started(), 1, 1, more)).status).toBe(400);
  });

  it.each([
    ['?action=unknown', ''],
    ['', ''],
    ['?action=complete-upload&upload_type=resumable&session_token=x', '{}'],
    ['?action=complete-upload&upload_type=multipart', '{}'],
    ['?action=complete-upload&upload_type=multipart&session_token=x', '{"parts":'],
    ['?action=complete-upload&upload_type=multipart&session_token=x', '[]'],
  ])('is not made by POST %s %s', async (query, body) => {
    const answer = await ask(workspace, `${FILES}${VOLUME}/x${query}`, { method: 'POST', token: engineer, body });

    expect([400, 404]).toContain(answer.status);
  });

  describe('by a signed link', () => {
    it('is taken without a token and refused with one', async () => {
      const link = await linkOf(await started(), 1);

      const refused = await send('PUT', link, Buffer.from('x'), { authorization: `Bearer ${engineer}` });

      expect([refused.status, codeOf(refused), refused.headers['content-type']]).toEqual([
        400,
        'InvalidArgument',
        'application/xml',
      ]);
      expect((await send('PUT', link, Buffer.from('x'))).status).toBe(200);
    });

    it('is refused after the link has expired, in the words that clients wait for', async () => {
      const link = await linkOf(await started(), 1);
      workspace.setClockSkew(3601);

      const answer = await send('PUT', link, Buffer.from('x'));
      workspace.setClockSkew(0);

      expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
      expect(answer.text).toContain('<Message>Request has expired</Message>');
    });

    it('is refused when anything of the link is changed', async () => {
      const session = await started();
      const link = await linkOf(session, 1);
      const abort = await abortLink(session);
      const changed = [
        link.replace('/1?', '/2?'),
        link.replace(/expires=\d+/, 'expires=9999999999'),
        link.replace(/signature=.{4}/, 'signature=0000'),
        link.replace(/&signature=.*/, ''),
        link.replace(/\?.*/, ''),
        `${link}&expires=9999999999`,
      ];

      for (const forged of changed) {
        const answer = await send('PUT', forged, Buffer.from('x'));
        expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
      }
      expect((await send('PUT', abort, Buffer.from('x'))).status).toBe(404);
      expect((await send('DELETE', link)).status).toBe(404);
      expect((await sessionFolders()).length).toBeGreaterThan(0);
    });

    it('needs its length said', async () => {
      const { pathname, search } = new URL(await linkOf(await started(), 1));

      const status = await new Promise((resolve, reject) => {
        const request = httpRequest({
          host: '127.0.0.1',
          port: workspace.port,
          method: 'PUT',
          path: pathname + search,
          headers: { 'transfer-encoding': 'chunked' },
        });
        request.on('response', (response) => resolve(response.resume().statusCode));
        request.on('error', reject);
        request.end('x');
      });

      expect(status).toBe(411);
    });

    it('does not tell the token of the session', async () => {
      const session = await started();

      const link = await linkOf(session, 1);

      expect(link).not.toContain(session);
      expect(JSON.stringify(await sessionFolders())).not.toContain(session);
    });
  });

  it('lets a file be read by a link, in ranges, until the link expires', async () => {
    await ask(workspace, `${FILES}${encodeURI(path)}`, { method: 'PUT', token: engineer, body: 'abcdef' });
    const asked = (token: string) =>
      post(
        `/api/2.0/fs/create-download-url?path=${encodeURIComponent(path)}&expire_time=${inAnHour()}`,
        undefined,
        token,
      );
    const { url } = (await asked(analyst)).json<{ url: string }>();

    const [whole, part] = [await send('GET', url), await send('GET', url, undefined, { range: 'bytes=2-3' })];
    expect([whole.status, whole.text, part.status, part.text]).toEqual([200, 'abcdef', 206, 'cd']);
    expect((await send('GET', url, undefined, { authorization: `Bearer ${analyst}` })).status).toBe(400);
    expect((await send('GET', url.replace('big', 'other'))).status).toBe(403);
    expect((await send('GET', url, undefined, { range: 'bytes=9-' })).status).toBe(416);
    expect((await asked(workspace.personas.outsider.token)).status).toBe(403);

    workspace.setClockSkew(3601);
    const late = await send('GET', url);
    workspace.setClockSkew(0);
    expect([late.status, codeOf(late)]).toEqual([403, 'AccessDenied']);

    await rm(join(volume, path.slice(VOLUME.length)));
    const gone = await send('GET', url);
    expect([gone.status, codeOf(gone)]).toEqual([404, 'NoSuchKey']);
  });

  it('gives no link to a file that is not there', async () => {
    const answer = await post(
      `/api/2.0/fs/create-download-url?path=${encodeURIComponent(path)}&expire_time=${inAnHour()}`,
    );

    expect([answer.status, answer.json()['error_code']]).toEqual([404, 'NOT_FOUND']);
  });

  it('signs by a key that only the owner of the state can read', async () => {
    const { mode } = await stat(join(stateDirectory, 'workspace', 'presigned-key.json'));

    expect(mode & 0o777).toBe(0o600);
  });
});
