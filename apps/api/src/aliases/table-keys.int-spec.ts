import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Database } from '@lakescope/server-persistence';
import { givenDeltaTable } from '@lakescope/server-testing';
import { givenS3Connection, s3Connection, S3_OBJECT, withoutS3Connections } from '../testing/given-s3';
import { TestApi, type Persona } from '../testing/test-api';

const TABLE = `s3://${S3_OBJECT.bucket}/given/orders`;
const WRONG_SECRET = 'hush-hush-wrong-secret';

type Json = Record<string, unknown>;

interface Said {
  status: number;
  text: string;
  json: Json;
}

describe('tables that are asked for with keys in the body', () => {
  let api: TestApi;
  const said: string[] = [];

  beforeAll(async () => {
    api = await TestApi.start({ env: { LOG_LEVEL: 'trace' } });
    await givenTable();
  });
  beforeEach(() => withoutS3Connections(api));
  afterAll(() => api.stop());

  it.each<Persona>(['analyst', 'outsider'])('are read with them for the %s, who has no connection', async (as) => {
    const detail = await post('', { table_path: TABLE, ...keys() }, as);
    const schema = await post('/schema', keys(), as, `table_path=${TABLE}`);
    const history = await post('/history', keys(), as, `table_path=${TABLE}&limit=1`);
    const preview = await post('/preview', keys(), as, `table_path=${TABLE}&version=0&columns=id&limit=10`);

    expect(detail.json).toMatchObject({ version: 1, num_rows: '3', location: TABLE });
    expect(schema.json['columns']).toMatchObject([{ name: 'id' }]);
    expect((history.json['items'] as Json[]).map(({ version }) => version)).toEqual([1]);
    expect(preview.json['rows']).toEqual([['1']]);
  });

  it('are what those keys may read, whoever has read them before', async () => {
    const { workspace } = api.stack;
    const narrow = workspace.s3.issue({
      location: `s3://${S3_OBJECT.bucket}/other`,
      readOnly: true,
      expiresInMs: 60_000,
    });
    const read = await post('', { table_path: TABLE, ...keys() });

    const denied = await post('', { table_path: TABLE, ...keys(), ...named(narrow) });
    const wrong = await post('', { table_path: TABLE, ...keys(), secret_access_key: WRONG_SECRET });

    expect(read.status).toBe(200);
    for (const { status, json } of [denied, wrong]) {
      expect([status, json['detail']]).toMatchObject([403, { error_code: 'PERMISSION_DENIED' }]);
    }
  });

  it('lead nowhere but where connections may lead', async () => {
    for (const endpoint of [
      'https://storage.evil.example',
      'http://169.254.169.254',
      'http://localhost:9000',
      'https://user:hush@s3.amazonaws.com',
      'file:///etc/passwd',
    ]) {
      const answer = await post('', { table_path: TABLE, ...keys(), endpoint });

      expect(refusalOf(answer)).toEqual([400, 'INVALID_REQUEST', ['endpoint']]);
      expect(answer.text).toContain('"message":"endpoint ');
    }
  });

  it('need keys that are whole, in the body, for a table in S3, and nothing beside them', async () => {
    const { access_key_id, secret_access_key } = keys();
    const volume = '/Volumes/demo/lake/tables/airports';
    const refused = async (body: Json, query = ''): Promise<unknown> =>
      refusalOf(await post('', body, 'analyst', query));

    expect(await refused({ table_path: volume, ...keys() })).toEqual([400, 'INVALID_REQUEST', ['credentials']]);
    expect(await refused({ full_name: 'demo.lake.airports', ...keys() })).toEqual([
      400,
      'INVALID_REQUEST',
      ['credentials'],
    ]);
    expect(await refused({ table_path: TABLE, ...keys(), connection_id: 'x' })).toEqual([
      400,
      'INVALID_REQUEST',
      ['credentials'],
    ]);
    expect(await refused({ table_path: TABLE, access_key_id })).toEqual([
      400,
      'INVALID_REQUEST',
      ['secret_access_key'],
    ]);
    expect(await refused({ table_path: TABLE, ...keys(), access_key_id: 7 })).toEqual([
      400,
      'INVALID_REQUEST',
      ['access_key_id'],
    ]);
    expect(await refused({ table_path: TABLE }, `secret_access_key=${secret_access_key ?? ''}`)).toEqual([
      400,
      'INVALID_REQUEST',
      ['secret_access_key'],
    ]);
    expect((await post('', {}, 'analyst')).status).toBe(400);
    expect((await post('', [TABLE], 'analyst')).status).toBe(400);
  });

  it('are read by the connection of their bucket where no keys come along', async () => {
    const needed = await post('', { table_path: TABLE });
    await givenS3Connection(api, 'analyst');
    const read = await post('', { table_path: TABLE });
    const foreign = await post('', { table_path: TABLE }, 'outsider');

    expect(refusalOf(needed)).toEqual([400, 'INVALID_REQUEST', ['connection_id']]);
    expect([read.status, read.json['version']]).toEqual([200, 1]);
    expect(refusalOf(foreign)).toEqual([400, 'INVALID_REQUEST', ['connection_id']]);
  });

  it('leave no trace of keys in answers, in the log or in the database', async () => {
    const { faults } = api.stack.workspace.s3;
    for (const fault of [{ status: 403 }, { token: 'expired' }, { status: 500 }] as const) {
      faults.add({ pathPrefix: `/${S3_OBJECT.bucket}`, ...fault });
      expect((await post('', { table_path: TABLE, ...keys() })).status).toBeGreaterThanOrEqual(400);
      faults.clear();
    }
    const rows = await everyRow();

    expect(rows.length).toBeGreaterThan(0);
    const shown = [...said, ...api.log, ...rows].join('\n');
    expect(shown).toContain(TABLE);
    for (const secret of [keys()['access_key_id'] ?? '', WRONG_SECRET, keys()['secret_access_key'] ?? '']) {
      expect([secret.slice(0, 4), shown.includes(secret)]).toEqual([secret.slice(0, 4), false]);
    }
  });

  async function post(view: string, body: unknown, as: Persona = 'analyst', query = ''): Promise<Said> {
    const answer = await fetch(`${api.url}/api/delta/tables${view}${query === '' ? '' : `?${query}`}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-Access-Token': await api.stack.token(as) },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    said.push(text);
    return { status: answer.status, text, json: JSON.parse(text) as Json };
  }

  function keys(): Record<string, string> {
    const { name: _name, bucket: _bucket, ...rest } = s3Connection(api);
    return rest;
  }

  /** Whatever the database holds, as text. */
  async function everyRow(): Promise<string[]> {
    return api.app.get(Database).asSystem(async (tx) => {
      const tables: { name: string }[] = await tx.query(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      );
      const rows: string[] = [];
      for (const { name } of tables) {
        const found: { row: string }[] = await tx.query(`SELECT t::text AS row FROM ${name} t`);
        rows.push(...found.map(({ row }) => row));
      }
      return rows;
    });
  }

  async function givenTable(): Promise<void> {
    const { url: endpoint, region, rootKeys: credentials } = api.stack.workspace.s3;
    const storage = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const folder = await mkdtemp(join(tmpdir(), 'orders-'));
    await givenDeltaTable(folder, { versions: [[{ id: 1 }], [{ id: 2 }, { id: 3 }]] });
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      const Key = `given/orders${path.slice(folder.length)}`;
      await storage.send(new PutObjectCommand({ Bucket: S3_OBJECT.bucket, Key, Body: await readFile(path) }));
    }
    await rm(folder, { recursive: true });
    storage.destroy();
  }
});

function named(keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): Json {
  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token } = keys;
  return { access_key_id, secret_access_key, session_token };
}

function refusalOf({ status, json }: Said): unknown[] {
  const { error_code, technical_details } = json['detail'] as {
    error_code: string;
    technical_details: { fields?: { path: string }[] };
  };
  return [status, error_code, technical_details.fields?.map(({ path }) => path)];
}
