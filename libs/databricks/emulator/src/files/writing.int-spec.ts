import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import type { ErrorEnvelope, ListDirectoryResponse } from '@lakescope/databricks-wire';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const FILES = '/api/2.0/fs/files';
const DIRECTORIES = '/api/2.0/fs/directories';
const VOLUME = '/Volumes/demo/lake/files';

describe('writing by the Files API', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let stateDirectory: string;
  let volume: string;
  let engineer: string;
  let analyst: string;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    ({ workspace, stop } = await givenWorkspace({ stateDirectory }));
    engineer = workspace.personas.engineer.token;
    analyst = workspace.personas.analyst.token;
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    volume = await workspace.createVolume('demo', 'lake', 'files');
    await workspace.grant('VOLUME', 'demo.lake.files', 'engineers', ['WRITE_VOLUME']);
  });

  afterAll(() => stop());

  const put = (path: string, body: string | Buffer, query = '', token = engineer, type = 'application/octet-stream') =>
    ask(workspace, `${FILES}${VOLUME}/${path}${query}`, {
      method: 'PUT',
      token,
      body,
      headers: { 'content-type': type },
    });
  const get = (path: string, token = analyst) => ask(workspace, `${FILES}${VOLUME}/${path}`, { token });
  const call = (method: string, url: string, token = engineer) => ask(workspace, url, { method, token });
  const reasonOf = (answer: Answer) => answer.json<ErrorEnvelope>().details?.[0]?.['reason'];
  /** What lies in the folder for content that is arriving. */
  const arriving = () => readdir(join(stateDirectory, 'uploads', 'incoming'));

  it('creates a file with the parents it needs, and answers with nothing', async () => {
    const answer = await put('made/on/the%20way/new.csv', 'a;b');

    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    expect(await readFile(join(volume, 'made', 'on', 'the way', 'new.csv'), 'utf8')).toBe('a;b');
    expect((await get('made/on/the%20way/new.csv')).text).toBe('a;b');
  });

  it('lets the engineer write and the analyst only read', async () => {
    await put('rights.txt', 'kept');

    const refused = await Promise.all([
      put('rights.txt', 'changed', '?overwrite=true', analyst),
      put('other.txt', 'new', '', analyst),
      call('DELETE', `${FILES}${VOLUME}/rights.txt`, analyst),
      call('PUT', `${DIRECTORIES}${VOLUME}/folder`, analyst),
      call('DELETE', `${DIRECTORIES}${VOLUME}/folder`, analyst),
    ]);

    expect(refused.map((answer) => [answer.status, answer.json()['message']])).toEqual(
      refused.map(() => [403, "User does not have WRITE VOLUME on Volume 'demo.lake.files'."]),
    );
    expect((await get('rights.txt')).text).toBe('kept');
  });

  it('needs the right to use the schema as well', async () => {
    await workspace.createCatalog('closed', { readers: ['admins'] });
    await workspace.createSchema('closed', 'lake');
    await workspace.createVolume('closed', 'lake', 'files');
    await workspace.grant('VOLUME', 'closed.lake.files', 'engineers', ['WRITE_VOLUME']);

    const [there, notThere] = await Promise.all(
      ['files', 'none'].map((name) => call('PUT', `${FILES}/Volumes/closed/lake/${name}/x`)),
    );

    expect(there?.json()['message']).toBe("User does not have USE CATALOG on Catalog 'closed'.");
    expect(notThere?.json()['message']).toBe(there?.json()['message']);
  });

  it('wants the scope files', async () => {
    const { token } = await workspace.issueUserToken('engineer', ['sql']);

    expect((await put('scope.txt', 'x', '', token)).status).toBe(403);
    expect((await get('scope.txt')).status).toBe(404);
  });

  it.each([
    ['?overwrite=true', 204, 'second'],
    ['', 204, 'second'],
    ['?overwrite=false', 409, 'first'],
  ])('writes over a file with "%s": %d', async (query, status, content) => {
    await put('twice.txt', 'first');

    const answer = await put('twice.txt', 'second', query);

    expect(answer.status).toBe(status);
    expect((await get('twice.txt')).text).toBe(content);
  });

  it('says that the file is there as the platform says it', async () => {
    await put('there.txt', 'x');

    const answer = await put('there.txt', 'y', '?overwrite=false');

    expect(answer.json()).toMatchObject({
      error_code: 'ALREADY_EXISTS',
      message: 'The file being created already exists.',
    });
  });

  it('knows no other overwrite than true and false', async () => {
    const answer = await put('odd.txt', 'x', '?overwrite=maybe');

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded', 'application/scim+json', 'text/csv; charset=x'])(
    'takes content of type %s byte by byte',
    async (type) => {
      const content = Buffer.from([0x7b, 0xff, 0x00, 0x0a, 0x26, 0x3d]);

      const answer = await put('typed.bin', content, '', engineer, type);

      expect(answer.status).toBe(204);
      expect((await get('typed.bin')).bytes.equals(content)).toBe(true);
    },
  );

  it('takes an empty file, with and without a body', async () => {
    const answers = [await put('empty', ''), await call('PUT', `${FILES}${VOLUME}/empty-too`)];

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect((await get('empty-too')).headers['content-length']).toBe('0');
  });

  it.each([
    ['emoji', '📈 données 🇨🇭.csv'],
    ['a percent sign and what looks encoded', '50% %2F %0A.txt'],
    ['a newline', 'two\nlines.txt'],
    ['quotes, brackets and a backslash', `it's "q" [x] {y} \\ #?&+=;.txt`],
    ['255 bytes', `${'ü'.repeat(127)}x`],
    ['marks that turn text around', 'evil\u202Etxt.exe'],
    ['composed and decomposed letters', 'é-e\u0301'],
    ['a leading dot and a trailing space', '.hidden '],
  ])('keeps a name with %s', async (_what, name) => {
    const path = `names/${encodeURIComponent(name)}`;

    expect((await put(path, name)).status).toBe(204);
    expect((await get(path)).text).toBe(name);
    const listed = await ask(workspace, `${DIRECTORIES}${VOLUME}/names`, { token: analyst });
    expect(listed.json<ListDirectoryResponse>().contents?.map((entry) => entry.name)).toContain(name);
    expect((await call('DELETE', `${FILES}${VOLUME}/${path}`)).status).toBe(204);
    expect((await get(path)).status).toBe(404);
  });

  it('takes an encoded slash for a slash', async () => {
    await put('one%2Ftwo.txt', 'x');

    expect(await readFile(join(volume, 'one', 'two.txt'), 'utf8')).toBe('x');
  });

  it.each([
    ['a name of 256 bytes', encodeURIComponent('ü'.repeat(128))],
    ['a path longer than the file system takes', Array.from({ length: 30 }, () => 'x'.repeat(200)).join('/')],
    ['a way up', '..%2f..%2fworkspace%2fworkspace.json'],
    ['NUL', 'a%00b'],
  ])('refuses %s', async (_what, path) => {
    const answers = [await put(path, 'x'), await call('PUT', `${DIRECTORIES}${VOLUME}/${path}`)];

    expect(answers.map(({ status, json }) => [status, json()['error_code']])).toEqual(
      answers.map(() => [400, 'INVALID_PARAMETER_VALUE']),
    );
  });

  it('writes nowhere that a link leads out of the volume', async () => {
    const outside = await givenFolder();
    await symlink(outside, join(volume, 'way-out'));
    await symlink(join(outside, 'target'), join(volume, 'dangling'));

    const answers = await Promise.all([
      put('way-out/x', 'x'),
      put('dangling/x', 'x'),
      call('PUT', `${DIRECTORIES}${VOLUME}/way-out/deep/er`),
      call('DELETE', `${FILES}${VOLUME}/way-out/x`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 404]);
    expect(await readdir(outside)).toEqual([]);
  });

  it('puts a file in place of a link and leaves what it led to', async () => {
    await writeFile(join(volume, 'original.txt'), 'original');
    await symlink('original.txt', join(volume, 'link.txt'));

    await put('link.txt', 'new');

    expect([(await get('original.txt')).text, (await get('link.txt')).text]).toEqual(['original', 'new']);
  });

  it('deletes a link and not what it leads to', async () => {
    await writeFile(join(volume, 'kept.txt'), 'kept');
    await symlink('kept.txt', join(volume, 'alias.txt'));

    expect((await call('DELETE', `${FILES}${VOLUME}/alias.txt`)).status).toBe(204);
    expect((await get('kept.txt')).text).toBe('kept');
  });

  describe('a directory', () => {
    it('is made with its parents, and once more without complaint', async () => {
      const url = `${DIRECTORIES}${VOLUME}/a/b/c`;

      expect([(await call('PUT', url)).status, (await call('PUT', url)).status]).toEqual([204, 204]);
      expect((await call('HEAD', url)).status).toBe(200);
    });

    it('is not made where a file is', async () => {
      await put('plain', 'x');

      const answers = await Promise.all([
        call('PUT', `${DIRECTORIES}${VOLUME}/plain`),
        call('PUT', `${DIRECTORIES}${VOLUME}/plain/below`),
        put('plain/below.txt', 'x'),
      ]);

      expect(answers.map(({ status, json }) => [status, json()['error_code']])).toEqual(
        answers.map(() => [409, 'ALREADY_EXISTS']),
      );
    });

    it('is not written over by a file', async () => {
      await mkdir(join(volume, 'directory', 'full'), { recursive: true });

      const answers = [
        await put('directory', 'x', '?overwrite=true'),
        await put('', 'x'),
        await put('directory', 'x', '?overwrite=false'),
      ];

      expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
      expect(await readdir(join(volume, 'directory'))).toEqual(['full']);
    });

    it('is deleted only when nothing is in it', async () => {
      await put('full/x', 'x');

      const refused = await call('DELETE', `${DIRECTORIES}${VOLUME}/full`);
      expect([refused.status, refused.json()['error_code'], reasonOf(refused)]).toEqual([
        400,
        'INVALID_PARAMETER_VALUE',
        'FILES_API_DIRECTORY_IS_NOT_EMPTY',
      ]);

      await call('DELETE', `${FILES}${VOLUME}/full/x`);
      expect((await call('DELETE', `${DIRECTORIES}${VOLUME}/full`)).status).toBe(204);
    });

    it('that is not there, or is a file, cannot be deleted', async () => {
      await put('no-directory', 'x');

      for (const name of ['nowhere', 'no-directory']) {
        const answer = await call('DELETE', `${DIRECTORIES}${VOLUME}/${name}`);
        expect([answer.status, answer.json()['error_code'], reasonOf(answer)]).toEqual([
          404,
          'NOT_FOUND',
          'FILES_API_DIRECTORY_IS_NOT_FOUND',
        ]);
      }
    });

    it('stays when it is the volume itself', async () => {
      const answers = [await call('DELETE', `${DIRECTORIES}${VOLUME}`), await call('PUT', `${DIRECTORIES}${VOLUME}`)];

      expect(answers.map(({ status }) => status)).toEqual([400, 204]);
    });
  });

  it('deletes a file once', async () => {
    await put('gone.txt', 'x');
    const url = `${FILES}${VOLUME}/gone.txt`;

    expect((await call('DELETE', url)).status).toBe(204);
    const again = await call('DELETE', url);
    expect([again.status, reasonOf(again)]).toEqual([404, 'FILES_API_FILE_IS_NOT_FOUND']);
  });

  it('deletes no directory as a file', async () => {
    await mkdir(join(volume, 'not-a-file'));

    expect((await call('DELETE', `${FILES}${VOLUME}/not-a-file`)).status).toBe(404);
    expect(await readdir(volume)).toContain('not-a-file');
  });

  it('refuses more than 5 GiB before it takes any of it', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: workspace.port,
        method: 'PUT',
        path: `${FILES}${VOLUME}/huge.bin`,
        headers: { authorization: `Bearer ${engineer}`, 'content-length': String(5 * 1024 ** 3 + 1) },
      });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });

    expect(status).toBe(400);
    expect(await arriving()).toEqual([]);
  });

  describe.each([
    ['of announced length', { 'content-length': '1000000' }],
    ['of unknown length', { 'transfer-encoding': 'chunked' }],
  ])('an upload %s that is cut in the middle', (_what, headers: Record<string, string>) => {
    const cutUpload = (path: string) =>
      new Promise<void>((resolve) => {
        const request = httpRequest({
          host: '127.0.0.1',
          port: workspace.port,
          method: 'PUT',
          path: `${FILES}${VOLUME}/${path}`,
          headers: { authorization: `Bearer ${engineer}`, ...headers },
        });
        request.on('close', resolve);
        request.on('error', () => resolve());
        request.write(Buffer.alloc(300_000, 'n'), () => void untilArriving().then(() => request.destroy()));
      });
    const untilArriving = async () => {
      while ((await arriving()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const untilSwept = async () => {
      while ((await arriving()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    };

    it('leaves the old file whole and nothing else behind', async () => {
      await put('cut.txt', 'old');

      await cutUpload('cut.txt');
      await untilSwept();

      expect((await get('cut.txt')).text).toBe('old');
    });

    it('leaves no file where there was none', async () => {
      await cutUpload('cut-new.txt');
      await untilSwept();

      expect((await get('cut-new.txt')).status).toBe(404);
    });

    it('is no failure of the workspace', async () => {
      await cutUpload('cut-logged.txt');
      await untilSwept();

      expect(workspace.requestLog.entries().filter(({ failure }) => failure !== undefined)).toEqual([]);
    });
  });

  it('shows the old file until the new one is complete', async () => {
    await put('slow.txt', 'old');
    const request = httpRequest({
      host: '127.0.0.1',
      port: workspace.port,
      method: 'PUT',
      path: `${FILES}${VOLUME}/slow.txt`,
      headers: { authorization: `Bearer ${engineer}`, 'content-length': '6' },
    });
    request.write('new');
    while ((await arriving()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const during = await get('slow.txt');
    const answered = new Promise((resolve) => request.on('response', (response) => resolve(response.statusCode)));
    request.end('est');

    expect(during.text).toBe('old');
    expect(await answered).toBe(204);
    expect((await get('slow.txt')).text).toBe('newest');
  });

  it('does not bring back a volume that is deleted while a file arrives', async () => {
    const folder = await workspace.createVolume('demo', 'lake', 'doomed');
    const admin = workspace.personas.admin.token;
    const request = httpRequest({
      host: '127.0.0.1',
      port: workspace.port,
      method: 'PUT',
      path: `${FILES}/Volumes/demo/lake/doomed/deep/late.txt`,
      headers: { authorization: `Bearer ${admin}`, 'content-length': '6' },
    });
    request.write('new');
    while ((await arriving()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    await call('DELETE', '/api/2.1/unity-catalog/volumes/demo.lake.doomed', admin);
    const answered = new Promise((resolve) => request.on('response', (response) => resolve(response.statusCode)));
    request.end('est');

    expect(await answered).toBe(404);
    expect(await readdir(dirname(folder))).not.toContain('doomed');
    expect(await arriving()).toEqual([]);
  });

  it('lets one of two who create a file at once win', async () => {
    for (let round = 0; round < 10; round += 1) {
      const contents = ['a', 'b'].map((letter) => letter.repeat(200_000));
      const answers = await Promise.all(contents.map((content) => put(`race-${round}`, content, '?overwrite=false')));

      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      const winner = answers.findIndex(({ status }) => status === 204);
      expect((await get(`race-${round}`)).text).toBe(contents[winner]);
    }
  });

  it('never mixes two who write one file at once', async () => {
    const contents = ['a', 'b'].map((letter) => letter.repeat(400_000));

    const answers = await Promise.all(contents.map((content) => put('together', content)));

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(contents).toContain((await get('together')).text);
  });
});
