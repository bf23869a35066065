import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabricksClients, Secret, type FilesApi } from '@lakescope/databricks-client';
import { append, createTable, DeltaEngine, DeltaTable, VolumeStorage, VolumeWriter } from '@lakescope/delta';
import { LocalStack } from '@lakescope/server-testing';

const ROOT = '/Volumes/shop/sales/tables';
const FILES = '/api/2.0/fs/files';

describe("Delta's writer in a volume, over the Files API", () => {
  let stack: LocalStack;
  let clients: DatabricksClients;
  let files: FilesApi;
  let engine: DeltaEngine;
  let scratch: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.tables');
    clients = new DatabricksClients({ host: stack.workspace.url, product: { name: 'lakescope', version: '0.0.0' } });
    files = clients.asUser({ token: new Secret(await stack.token('admin')) }).files;
    scratch = await mkdtemp(join(tmpdir(), 'volume-writer-'));
    await writeFile(join(scratch, 'one-row.csv'), 'nothing\n0\n');
    engine = await DeltaEngine.open({ cacheDirectory: join(scratch, 'cache') });
  });
  afterEach(() => stack.workspace.faults.clear());
  afterAll(async () => {
    await engine.close();
    await clients.close();
    await stack.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  const writer = (name: string, table: string, leaseMs?: number) =>
    VolumeWriter.open(files, `${ROOT}/${table}`, { writer: name, settleMs: 20, leaseMs });
  const rows = (query: string) => ({ files: [join(scratch, 'one-row.csv')], format: 'csv' as const, query });
  const countRows = async (table: string) => {
    const there = await DeltaTable.open(engine, new VolumeStorage(files, `${ROOT}/${table}`));
    return (await (await there.snapshot()).countRows()).rows;
  };

  it('creates a table and appends to it, and gives the lease back', async () => {
    const storage = await writer('loader', 'orders');
    const table = await createTable(engine, storage, { source: rows('SELECT range AS id FROM range(3)') });
    expect(await append(engine, table, { source: rows('SELECT 3::BIGINT AS id') })).toBe(1);
    await storage.close();

    expect(await countRows('orders')).toBe(4n);
    const second = await writer('another', 'orders');
    await second.close();
    await expect(append(engine, table, { source: rows('SELECT 4::BIGINT AS id') })).rejects.toMatchObject({
      code: 'TABLE_LEASED',
    });
    expect(await countRows('orders')).toBe(4n);
  });

  it('has room for one writer at a time, and says who it is', async () => {
    const storage = await writer('nightly load', 'taken');

    await expect(writer('another', 'taken')).rejects.toMatchObject({
      code: 'TABLE_LEASED',
      writer: 'nightly load',
      message: expect.stringContaining('nightly load'),
    });
    await storage.close();
  });

  it('lets one of several have it that come in the same moment', async () => {
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => writer(name, 'moment')));

    const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(winners).toHaveLength(1);
    const [storage] = winners;
    await storage?.putIfAbsent('x', Buffer.from('x'));
    await storage?.close();
  });

  it('takes over what a writer left behind that is long gone, which then can write no more', async () => {
    const gone = await writer('gone', 'left');
    const lease = `${ROOT}/left/_delta_log/_writer.lease`;
    const past = { id: randomUUID(), writer: 'gone', expiresAt: Date.now() - 60_000 };
    await files.upload(lease, Buffer.from(JSON.stringify(past)), { overwrite: true });

    const heir = await writer('heir', 'left');
    await heir.putIfAbsent('x', Buffer.from('x'));
    await gone.close();

    await expect(gone.putIfAbsent('y', Buffer.from('y'))).rejects.toMatchObject({
      code: 'TABLE_LEASED',
      writer: 'heir',
    });
    await heir.putIfAbsent('z', Buffer.from('z'));
    await heir.close();
  });

  it('renews the lease while it writes', async () => {
    const storage = await writer('slow', 'renewed', 300);
    for (let index = 0; index < 4; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      await storage.putIfAbsent(`file-${index}`, Buffer.from('x'));
    }

    await expect(writer('another', 'renewed')).rejects.toMatchObject({ code: 'TABLE_LEASED' });
    await storage.close();
  });

  it('finds out what became of a commit whose answer was lost', async () => {
    const storage = await writer('loader', 'lost');
    const table = await createTable(engine, storage, { source: rows('SELECT 0::BIGINT AS id') });
    const commit = `${FILES}${ROOT}/lost/_delta_log/0000000000000000000`;
    stack.workspace.faults.add({ method: 'PUT', pathPrefix: `${commit}1`, status: 500, afterHandler: true, times: 1 });
    expect(await append(engine, table, { source: rows('SELECT 1::BIGINT AS id') })).toBe(1);

    stack.workspace.faults.add({ method: 'PUT', pathPrefix: `${commit}2`, cut: 'connection', times: 1 });
    await expect(append(engine, table, { source: rows('SELECT 2::BIGINT AS id') })).rejects.toMatchObject({
      code: 'WRITE_OUTCOME_UNKNOWN',
    });

    expect(await countRows('lost')).toBe(2n);
    await expect(storage.putIfAbsent('_delta_log/00000000000000000001.json', Buffer.from('x'))).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await storage.close();
  });

  it('is refused to those who may only read', async () => {
    const analyst = clients.asUser({ token: new Secret(await stack.token('analyst')) }).files;

    await expect(VolumeWriter.open(analyst, `${ROOT}/orders`, { writer: 'analyst' })).rejects.toMatchObject({
      kind: 'permission_denied',
    });
  });
});
