import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DatabricksClients, Secret, type DatabricksClient } from '@lakescope/databricks-client';
import { LocalStack } from '@lakescope/server-testing';

const VOLUME = '/Volumes/shop/sales/files';
const FIVE_MIB = 5 * 1024 ** 2;

/** The client's Files API as it is used with volumes, against the local workspace. */
describe('files that are written to a volume', () => {
  let stack: LocalStack;
  let clients: DatabricksClients;
  let engineer: DatabricksClient['files'];
  let analyst: DatabricksClient['files'];

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.files', { 'there.txt': 'there' });
    await stack.workspace.grant('VOLUME', 'shop.sales.files', 'engineers', ['WRITE_VOLUME']);
    clients = new DatabricksClients({ host: stack.workspace.url, product: { name: 'lakescope', version: '0.0.0' } });
    const { personas } = stack.workspace;
    engineer = clients.asUser({ token: new Secret(personas.engineer.token) }).files;
    analyst = clients.asUser({ token: new Secret(personas.analyst.token) }).files;
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await clients.close();
    await stack.stop();
  });

  const textOf = async (path: string) => Buffer.from(await analyst.readBytes(path)).toString();

  it('are written from memory and from streams of known and unknown length', async () => {
    const chunks = ['some', ' ', 'text'].map((text) => Buffer.from(text));
    const name = `${VOLUME}/new/größe 📈 50%\n#?.txt`;

    await engineer.upload(name, Buffer.from('from memory'), { overwrite: false });
    expect(await textOf(name)).toBe('from memory');
    await engineer.upload(name, Readable.from(chunks), { overwrite: true });
    expect(await textOf(name)).toBe('some text');
    await engineer.upload(name, () => Readable.from(chunks), { overwrite: true, sizeBytes: 9 });
    expect(await textOf(name)).toBe('some text');
  });

  it('are refused to the analyst', async () => {
    const denied = { kind: 'permission_denied' };

    await expect(analyst.upload(`${VOLUME}/x`, Buffer.from('x'), { overwrite: true })).rejects.toMatchObject(denied);
    await expect(analyst.createDirectory(`${VOLUME}/x`)).rejects.toMatchObject(denied);
    await expect(analyst.deleteFile(`${VOLUME}/there.txt`)).rejects.toMatchObject(denied);
    await expect(analyst.multipart.start(`${VOLUME}/x`, { overwrite: true })).rejects.toMatchObject(denied);
    expect(await textOf(`${VOLUME}/there.txt`)).toBe('there');
  });

  it('do not take the place of others without being told so', async () => {
    await expect(
      engineer.upload(`${VOLUME}/there.txt`, Readable.from([Buffer.alloc(1_000_000)]), { overwrite: false }),
    ).rejects.toMatchObject({ kind: 'already_exists', errorCode: 'ALREADY_EXISTS' });
    expect(await textOf(`${VOLUME}/there.txt`)).toBe('there');
  });

  it('do not take the place of a file that somebody has changed since', async () => {
    const path = `${VOLUME}/shared.txt`;
    await engineer.upload(path, Buffer.from('mine'), { overwrite: true });
    const { lastModified = 0 } = (await engineer.head(path)) ?? {};
    const upload = (time: number) =>
      engineer.upload(path, Buffer.from('again'), {
        overwrite: true,
        ifUnmodifiedSince: new Date(time).toUTCString(),
      });

    await expect(upload(lastModified - 1000)).rejects.toMatchObject({ kind: 'precondition_failed' });
    expect(await textOf(path)).toBe('mine');
    await upload(lastModified);
    expect(await textOf(path)).toBe('again');
  });

  it('survive a cut: the answer is lost, the file is there, and a second try of the same bytes is harmless', async () => {
    stack.workspace.faults.add({ method: 'PUT', cut: 'connection', afterHandler: true, times: 1 });

    await engineer.upload(`${VOLUME}/retried.txt`, Buffer.from('once'), { overwrite: true });

    expect(await textOf(`${VOLUME}/retried.txt`)).toBe('once');
  });

  it('keep what they were when the source of an upload fails', async () => {
    const path = `${VOLUME}/half.txt`;
    await engineer.upload(path, Buffer.from('old'), { overwrite: true });
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(200_000);
        await Promise.resolve();
        throw new Error('the browser left');
      })(),
    );

    await expect(engineer.upload(path, broken, { overwrite: true })).rejects.toMatchObject({ kind: 'aborted' });

    expect(await textOf(path)).toBe('old');
  });

  it('are deleted, and directories when they are empty', async () => {
    await engineer.createDirectory(`${VOLUME}/folder/inner`);
    await engineer.createDirectory(`${VOLUME}/folder/inner`);
    await engineer.upload(`${VOLUME}/folder/inner/x`, Buffer.from('x'), { overwrite: true });

    await expect(engineer.deleteDirectory(`${VOLUME}/folder/inner`)).rejects.toMatchObject({
      kind: 'bad_request',
      errorCode: 'INVALID_PARAMETER_VALUE',
    });
    await engineer.deleteFile(`${VOLUME}/folder/inner/x`);
    await engineer.deleteDirectory(`${VOLUME}/folder/inner`);

    await expect(engineer.deleteFile(`${VOLUME}/folder/inner/x`)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(engineer.deleteDirectory(`${VOLUME}/folder/inner`)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('are uploaded in parts by several clients, and a part again after a cut', async () => {
    const path = `${VOLUME}/parts/large.bin`;
    const [first, last] = [Buffer.alloc(FIVE_MIB, 'a'), Buffer.from('end')];
    const session = JSON.parse(JSON.stringify(await engineer.multipart.start(path, { overwrite: false }))) as {
      path: string;
      token: string;
    };
    stack.workspace.faults.add({ method: 'PUT', pathPrefix: '/.storage', cut: 'connection', times: 1 });

    const parts = [
      await engineer.multipart.sendPart(session, 2, last),
      await engineer.multipart.sendPart(session, 1, Readable.from([first]), { sizeBytes: FIVE_MIB }),
    ];
    expect(await analyst.head(path)).toBeUndefined();
    await engineer.multipart.complete(session, parts);

    expect(Buffer.from(await analyst.readBytes(path)).equals(Buffer.concat([first, last]))).toBe(true);
  });

  it('are gone when an upload in parts is given up', async () => {
    const path = `${VOLUME}/parts/aborted.bin`;
    const session = await engineer.multipart.start(path, { overwrite: true });
    const part = await engineer.multipart.sendPart(session, 1, Buffer.from('x'));

    await engineer.multipart.abort(session);

    await expect(engineer.multipart.complete(session, [part])).rejects.toMatchObject({ kind: 'not_found' });
    expect(await analyst.head(path)).toBeUndefined();
  });

  it('are read by a link that works without a token and for a while only', async () => {
    const { url } = await analyst.createDownloadUrl(`${VOLUME}/there.txt`, { expiresInMs: 60_000 });

    const open = await fetch(url);
    expect(await open.text()).toBe('there');
    stack.workspace.setClockSkew(61);
    const late = await fetch(url);
    stack.workspace.setClockSkew(0);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });

  it('come from a file of this machine as they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lakescope-upload-'));
    const source = join(folder, 'sparse.bin');
    const handle = await open(source, 'w');
    await handle.write('tail', 20_000_000);
    await handle.close();

    await engineer.upload(`${VOLUME}/sparse.bin`, () => Readable.from(readChunks(source), { objectMode: false }), {
      overwrite: true,
      sizeBytes: 20_000_004,
    });

    const stored = Buffer.from(await analyst.readBytes(`${VOLUME}/sparse.bin`));
    expect(stored.equals(await readFile(source))).toBe(true);
    await rm(folder, { recursive: true });
  });
});

async function* readChunks(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path);
  for await (const chunk of handle.createReadStream()) yield chunk as Buffer;
}
