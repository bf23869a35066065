import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkspace, type LocalWorkspace } from '@lakescope/databricks-emulator';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DeltaEngine, DeltaTable, LocalStorage, S3Storage } from '@lakescope/delta';
import { DemoLake } from './demo-lake';
import { DEMO_BUCKET, demoTables } from './demo-tables';

describe('the demo lake', () => {
  let state: string;
  let workspace: LocalWorkspace;
  let engine: DeltaEngine;

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'lakescope-demo-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0 });
    await new DemoLake(workspace, () => undefined).seed(new AbortController().signal);
    engine = await DeltaEngine.open({ cacheDirectory: join(state, 'cache'), localRoots: [state] });
  }, 60_000);

  afterAll(async () => {
    await engine.close();
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  const folder = (name: string): string => join(workspace.volumeDirectory('demo', 'lake', 'tables'), name);
  const open = (name: string): Promise<DeltaTable> => DeltaTable.open(engine, new LocalStorage(folder(name)));

  it.each(demoTables.map(({ name, batches }) => [name, batches.length]))(
    'has %s in %i versions',
    async (name, versions) => {
      const table = await open(name);

      expect((await table.snapshot()).version).toBe(versions - 1);
      expect((await table.history()).items).toHaveLength(versions);
    },
  );

  it('has a table in object storage, too', async () => {
    const { url: endpoint, region, rootKeys: credentials } = workspace.s3;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const storage = new S3Storage({ client, bucket: DEMO_BUCKET, prefix: 'tables/seattle_weather' });

    const snapshot = await (await DeltaTable.open(engine, storage)).snapshot();

    expect([snapshot.version, (await snapshot.countRows()).rows]).toEqual([3, 1461n]);
    client.destroy();
  });

  it('has change data of an invented insurer, said to be synthetic, and a bucket for its tables', async () => {
    const { url: endpoint, region } = workspace.s3;
    const others = ['s3://demo-cda-tables'];
    const keys = workspace.s3.issue({ location: 's3://demo-cda', others, readOnly: true, expiresInMs: 60_000 });
    const client = new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true });
    const get = async (Key: string): Promise<string> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'demo-cda', Key }));
      return (await Body?.transformToString()) ?? '';
    };

    const manifest = JSON.parse(await get('cda/manifest.json')) as Record<string, { dataFilesPath: string }>;

    expect(Object.keys(manifest)).toHaveLength(40);
    expect(manifest['cc_claim']?.dataFilesPath).toBe('s3://demo-cda/cda/cc_claim');
    expect(await get('cda/SYNTHETIC.json')).toContain('Invented data');
    const tables = await client.send(new ListObjectsV2Command({ Bucket: 'demo-cda-tables' }));
    expect(tables.KeyCount).toBe(0);
    await new DemoLake(workspace, () => undefined).seedChangeData();
    expect(JSON.parse(await get('cda/manifest.json'))).toEqual(manifest);
    client.destroy();
  });

  it('has real rows: as many as the open data, year by year', async () => {
    const table = await open('seattle_weather');

    const rows = await Promise.all(
      [0, 1, 2, 3].map(async (version) => (await (await table.snapshot({ version })).countRows()).rows),
    );

    expect(rows).toEqual([366n, 731n, 1096n, 1461n]);
  });

  it('has a column that was added later, and a partitioned table', async () => {
    const weather = await open('seattle_weather');
    const names = async (version: number): Promise<string[]> =>
      (await weather.snapshot({ version })).schema.fields.map(({ name }) => name);

    expect(await names(1)).not.toContain('weather');
    expect(await names(2)).toContain('weather');
    expect((await (await open('flights')).snapshot()).metadata.partitionColumns).toEqual(['month']);
  });

  it('has endpoints for those who may ask them, and none for the outsider', async () => {
    const seen = async (persona: 'analyst' | 'outsider'): Promise<string[][]> => {
      const { token } = await workspace.issueUserToken(persona, ['model-serving']);
      const response = await fetch(`${workspace.url}/api/2.0/serving-endpoints`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { endpoints } = (await response.json()) as { endpoints: { name: string; permission_level: string }[] };
      return endpoints.map(({ name, permission_level: level }) => [name, level]);
    };

    expect(await seen('analyst')).toEqual(
      expect.arrayContaining([
        ['lake-agent', 'CAN_QUERY'],
        ['lake-chat', 'CAN_QUERY'],
        ['lake-embeddings', 'CAN_QUERY'],
        ['flight-delay', 'CAN_QUERY'],
        ['weather-type', 'CAN_VIEW'],
      ]),
    );
    expect(await seen('outsider')).toEqual([]);
  });

  it('has models that answer, with their files and the run they came from', async () => {
    const { token } = await workspace.issueUserToken('engineer', ['all-apis']);
    const send = async (path: string, body?: string): Promise<Response> =>
      fetch(`${workspace.url}${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { method: 'POST', body }),
      });
    const get = async <Body>(path: string): Promise<Body> => (await send(path)).json() as Promise<Body>;
    const files = '/api/2.0/fs/files/Models/demo/models/flight_delay/2';

    const example = await (await send(`${files}/serving_input_example.json`)).text();
    const answer = await send('/serving-endpoints/flight-delay/invocations', example);
    const champion = await get<{ run_id: string; status: string }>(
      '/api/2.1/unity-catalog/models/demo.models.flight_delay/aliases/champion',
    );
    const { run } = await get<{ run: { data: { metrics: { key: string }[] } } }>(
      `/api/2.0/mlflow/runs/get?run_id=${champion.run_id}`,
    );

    expect(await answer.json()).toEqual({ predictions: [expect.any(Number), expect.any(Number)] as unknown });
    expect(['flight-delay-1', 'flight-delay-2']).toContain(answer.headers.get('served-model-name'));
    expect(await (await send(`${files}/MLmodel`)).text()).toContain('distance_miles');
    expect(champion).toMatchObject({ version: 2, status: 'READY' });
    expect(run.data.metrics.map(({ key }) => key)).toContain('rmse');
  });

  it('can be asked by SQL, by whoever may read it', async () => {
    const answer = async (persona: 'analyst' | 'outsider'): Promise<unknown> => {
      const { token } = await workspace.issueUserToken(persona, ['sql']);
      const response = await fetch(`${workspace.url}/api/2.0/sql/statements`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          warehouse_id: workspace.warehouseId,
          statement: 'SELECT count(*), max(weather) IS NOT NULL FROM demo.lake.seattle_weather',
          wait_timeout: '50s',
        }),
      });
      const { status, result } = (await response.json()) as {
        status: { state: string };
        result?: { data_array: unknown };
      };
      return [status.state, result?.data_array];
    };

    expect(await answer('analyst')).toEqual(['SUCCEEDED', [['1461', 'true']]]);
    expect(await answer('outsider')).toEqual(['FAILED', undefined]);
  }, 60_000);

  it('goes on where an earlier seeding was cut off, and writes nothing twice', async () => {
    const whole = await (await open('gapminder')).snapshot();
    const saved = join(state, 'gapminder');
    cpSync(folder('gapminder'), saved, { recursive: true });
    for (const version of [3, 4])
      rmSync(join(folder('gapminder'), '_delta_log', `${String(version).padStart(20, '0')}.json`));

    await new DemoLake(workspace, () => undefined).seed(new AbortController().signal);

    const fresh = await DeltaEngine.open({ cacheDirectory: join(state, 'cache-2'), localRoots: [state] });
    const again = await (await DeltaTable.open(fresh, new LocalStorage(folder('gapminder')))).snapshot();
    expect(again.version).toBe(whole.version);
    expect((await again.countRows()).rows).toBe((await whole.countRows()).rows);
    await fresh.close();
  }, 60_000);

  it('stops between two commits when it is asked to', async () => {
    const stopped = AbortSignal.abort(new Error('stopping'));

    await expect(new DemoLake(workspace, () => undefined).seed(stopped)).rejects.toThrow('stopping');
  });

  it('says where each data set is from and under which licence', () => {
    const page = join(workspace.volumeDirectory('demo', 'lake', 'files'), 'DATA-SOURCES.md');

    expect(existsSync(page)).toBe(true);
    const text = readFileSync(page, 'utf8');
    for (const { name } of demoTables) expect(text).toContain(`Table ${name}`);
    expect(text).toContain('Creative Commons Attribution 4.0');
    expect(text).not.toContain('not stated');
  });
});
