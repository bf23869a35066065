import dns from 'node:dns';
import { givenS3Connection, givenS3Object, s3BodyOf, s3Connection, S3_OBJECT } from '../testing/given-s3';
import { TestApi, type Answer } from '../testing/test-api';

const S3 = '/api/v1/s3';

describe('S3 connections of the whole server', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ env: { LOG_LEVEL: 'trace' } });
    await givenS3Object(api);
  });
  afterEach(() => {
    api.stack.workspace.s3.faults.clear();
    jest.restoreAllMocks();
  });
  afterAll(() => api.stop());

  it('show neither keys nor signatures, in no answer and no line of the log, whatever goes wrong', async () => {
    const { faults, rootKeys } = api.stack.workspace.s3;
    const answers: Answer[] = [];
    const ask = async (path: string, method = 'GET', json?: unknown): Promise<Answer> => {
      const answer = await api.ask(`${S3}${path}`, { as: 'analyst', method, ...(json === undefined ? {} : { json }) });
      answers.push(answer);
      return answer;
    };
    const of = (operation: string): unknown => s3BodyOf(api, operation, id);
    const id = String((await ask('/connections', 'POST', s3Connection(api))).json['id']);
    const around = async (): Promise<void> => {
      await ask('/connections');
      await ask('/buckets', 'POST', of('listS3Buckets'));
      await ask('/list', 'POST', of('listS3Objects'));
      await ask(`/connections/${id}/check`, 'POST', { write: true });
      const source = { kind: 's3', connection_id: id, path: `s3://${S3_OBJECT.bucket}/given` };
      answers.push(await api.ask('/api/v1/delta/tables/detail', { as: 'analyst', method: 'POST', json: { source } }));
    };
    await around();
    const link = await api.ask(`${S3}/download-url`, {
      as: 'analyst',
      method: 'POST',
      json: of('createS3DownloadUrl'),
    });
    for (const fault of [{ status: 403 }, { token: 'expired' }, { status: 500 }, { cut: 'connection' }] as const) {
      faults.add({ pathPrefix: `/${S3_OBJECT.bucket}`, ...fault });
      await ask('/list', 'POST', of('listS3Objects'));
      await ask('/download-url', 'POST', of('createS3DownloadUrl'));
      faults.clear();
    }
    const wrong = { access_key_id: rootKeys.accessKeyId, secret_access_key: 'hush-hush-wrong-secret' };
    await ask(`/connections/${id}`, 'PATCH', wrong);
    await around();
    await ask(`/connections/${id}`, 'PATCH', { ...wrong, secret_access_key: 7 });
    await ask(`/connections/${id}`, 'DELETE');

    const signature = new URL(String(link.json['url'])).searchParams.get('X-Amz-Signature') ?? '';
    const shown = [...answers.map(({ text }) => text), ...api.log].join('\n');
    expect(link.status).toBe(200);
    expect(signature).toHaveLength(64);
    expect(answers.some(({ status }) => status === 403)).toBe(true);
    for (const secret of [
      rootKeys.secretAccessKey,
      rootKeys.accessKeyId,
      signature,
      'hush-hush-wrong-secret',
      'X-Amz-Signature',
    ]) {
      expect([secret.slice(0, 4), shown.includes(secret)]).toEqual([secret.slice(0, 4), false]);
    }
  });

  it('lead nowhere where a name of AWS resolves to an address that is not public', async () => {
    const real = dns.lookup;
    const lied = jest
      .spyOn(dns, 'lookup')
      .mockImplementation(((host: string, options: object, done: () => void) =>
        (real as (...given: unknown[]) => void)(
          host.endsWith('.amazonaws.com') ? 'localhost' : host,
          options,
          done,
        )) as typeof real);
    const { access_key_id, secret_access_key } = s3Connection(api);
    const json = { name: 'AWS', access_key_id, secret_access_key, region: 'eu-central-1', bucket: 'lake' };
    const made = await api.ask(`${S3}/connections`, { as: 'engineer', method: 'POST', json });

    const { status, json: body } = await api.ask(`${S3}/list`, {
      as: 'engineer',
      method: 'POST',
      json: { connection_id: made.json['id'] },
    });

    expect(lied.mock.calls.map(([host]) => host)).toContain('lake.s3.eu-central-1.amazonaws.com');
    expect([status, body['technical_details']]).toMatchObject([403, { error_type: 'S3AddressRefused' }]);
  });

  it('are told of as unavailable while the database is away, and are there again with it', async () => {
    const id = await givenS3Connection(api, 'analyst');
    const list = (): Promise<Answer> =>
      api.ask(`${S3}/list`, { as: 'analyst', method: 'POST', json: { connection_id: id } });
    await api.stack.postgres.halt();

    const away = await list();
    await api.stack.postgres.restart();

    expect([away.status, away.json['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(away.headers.get('retry-after')).not.toBeNull();
    expect((await list()).status).toBe(200);
  });
});
