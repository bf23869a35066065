import { Database } from '@lakescope/server-persistence';
import { TestApi } from '../testing/test-api';

const VOLUME = '/Volumes/shop/sales/files';
const UPLOADS = '/api/v1/unity-catalog/files/uploads';

/** What the platform hands out to whoever has it: planted into its answers, so that every trace of it is known. */
const PLANTED = {
  sessionToken: 'planted-session-token-4711',
  signature: 'planted0signature0of0a0link',
  secretKey: 'planted/secret+key/of+a/table',
};

describe('a secret that the platform hands out', () => {
  let api: TestApi;
  let link: string;

  beforeAll(async () => {
    api = await TestApi.start();
    await api.stack.volume('shop.sales.files', { 'there.txt': 'there' });
    await api.stack.workspace.grant('VOLUME', 'shop.sales.files', 'engineers', ['WRITE_VOLUME']);
    link = `${api.stack.workspace.url}/planted?X-Amz-Signature=${PLANTED.signature}`;
  });

  afterEach(() => api.stack.workspace.faults.clear());
  afterAll(() => api.stop());

  it('for an upload is in no line of the log, no answer and no readable row, also when storage fails', async () => {
    const { faults } = api.stack.workspace;
    const body = JSON.stringify({ multipart_upload: { session_token: PLANTED.sessionToken } });
    faults.add({ method: 'POST', pathPrefix: '/api/2.0/fs/files', status: 200, body, times: 1 });
    faults.add({
      pathPrefix: '/api/2.0/fs/create-upload-part-urls',
      status: 200,
      body: JSON.stringify({ upload_part_urls: [{ url: link, part_number: 1, headers: [] }] }),
    });
    faults.add({ pathPrefix: '/planted', status: 500, body: `<Error><Resource>${link}</Resource></Error>` });
    const before = api.log.length;

    const started = await api.ask(UPLOADS, {
      method: 'POST',
      as: 'engineer',
      json: { path: `${VOLUME}/a.bin`, size_bytes: 3 },
    });
    expect(started.status).toBe(201);
    const id = String(started.json['upload_id']);
    const part = await api.ask(`${UPLOADS}/${id}/parts/1`, {
      method: 'PUT',
      as: 'engineer',
      body: 'abc',
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    expect(part.status).toBeGreaterThanOrEqual(500);
    const rows = await api.app.get(Database).asSystem((tx) => tx.query('SELECT u::text AS row FROM file_uploads u'));
    const ended = await api.ask(`${UPLOADS}/${id}`, { method: 'DELETE', as: 'engineer' });

    expect(rows).toHaveLength(1);
    expect(api.log.length).toBeGreaterThan(before);
    expectNoTrace([started.text, part.text, ended.text, JSON.stringify(rows)]);
  });

  it('for a download is in the answer that was asked for it, and in no line of the log', async () => {
    const { faults } = api.stack.workspace;
    faults.add({
      pathPrefix: '/api/2.0/fs/create-download-url',
      status: 200,
      body: JSON.stringify({ url: link, headers: [] }),
    });

    const answer = await api.ask('/api/v1/unity-catalog/files/download-url', {
      method: 'POST',
      as: 'engineer',
      json: { path: `${VOLUME}/there.txt` },
    });

    expect(answer).toMatchObject({ status: 200, json: { url: link } });
    expectNoTrace([]);
  });

  it('for the files of a table is in no answer and no line of the log, also when the storage refuses it', async () => {
    const { faults } = api.stack.workspace;
    const table = { table_id: 'planted', table_type: 'MANAGED', data_source_format: 'DELTA' };
    const keys = {
      access_key_id: 'ASIAPLANTED',
      secret_access_key: PLANTED.secretKey,
      session_token: PLANTED.sessionToken,
    };
    faults.add({ pathPrefix: '/api/2.1/unity-catalog/tables/shop.sales.planted', status: 200, body: table });
    faults.add({
      pathPrefix: '/api/2.0/unity-catalog/temporary-table-credentials',
      status: 200,
      body: { url: 's3://planted/table', expiration_time: Date.now() + 3_600_000, aws_temp_credentials: keys },
    });
    const before = api.log.length;

    const answer = await api.ask('/api/v1/delta/tables/detail', {
      method: 'POST',
      as: 'engineer',
      json: { source: { kind: 'table', full_name: 'shop.sales.planted' } },
    });

    expect(answer).toMatchObject({ status: 403, json: { error_code: 'PERMISSION_DENIED' } });
    expect(api.log.length).toBeGreaterThan(before);
    expectNoTrace([answer.text]);
  });

  function expectNoTrace(texts: readonly string[]): void {
    for (const secret of Object.values(PLANTED)) {
      for (const text of [...api.log, ...texts]) expect(text).not.toContain(secret);
    }
  }
});
