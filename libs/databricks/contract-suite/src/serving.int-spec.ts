import type { ErrorEnvelope } from '@lakescope/databricks-wire';
import { refused, type ContractClient, type ModelRequest } from './contract-client';
import { contractTargets, type ContractWorkspace } from './contract-workspace';
import { CLIENTS, itWhere } from './given-clients';

/** The same two rows in every form. */
const FORMS: Readonly<Record<string, ModelRequest>> = {
  dataframe_split: { dataframe_split: { columns: ['x'], data: [[1.5], [2.25]] } },
  dataframe_records: { dataframe_records: [{ x: 1.5 }, { x: 2.25 }] },
  instances: { instances: [{ x: 1.5 }, { x: 2.25 }] },
  inputs: { inputs: { x: [1.5, 2.25] } },
};
const NOT_THERE = /^(RESOURCE_DOES_NOT_EXIST|ENDPOINT_NOT_FOUND)$/;

describe.each(contractTargets(process.env))('a serving endpoint of $name', (target) => {
  let workspace: ContractWorkspace;
  const itHasModel = itWhere(target, 'model');
  const itChats = itWhere(target, 'chat');

  beforeAll(async () => {
    workspace = await target.start({ withServing: true });
  });
  afterAll(() => workspace.close());

  describe.each(CLIENTS)('by $client', ({ withToken }) => {
    let client: ContractClient;

    beforeAll(() => {
      client = withToken(workspace.host, workspace.token);
    });
    afterAll(() => client.close());

    const predict = (request: ModelRequest): Promise<unknown> => client.predict(workspace.serving.model, request);

    for (const [form, request] of Object.entries(FORMS)) {
      itHasModel(`answers ${form}, one prediction for each row`, async () => {
        const predictions = await predict(request);

        expect(predictions).toHaveLength(2);
        expect(predictions).toEqual(await predict({ dataframe_records: [{ x: 1.5 }, { x: 2.25 }] }));
      });
    }

    itHasModel('takes whole numbers for doubles and ignores columns it does not know', async () => {
      expect(await predict({ dataframe_records: [{ x: 2, other: 'y' }] })).toHaveLength(1);
    });

    itHasModel('refuses what does not fit the signature, and what has no form or two', async () => {
      const wrong: readonly ModelRequest[] = [
        { dataframe_records: [{ y: 1 }] },
        { dataframe_records: [{ x: 'much' }] },
        {},
        { dataframe_records: [{ x: 1 }], inputs: { x: [1] } },
      ];

      for (const request of wrong) {
        expect(await refused(client, predict(request))).toEqual({ status: 400, code: 'BAD_REQUEST' });
      }
    });

    itHasModel('describes its requests and answers as OpenAPI', async () => {
      const document = await client.openApi(workspace.serving.model);
      const { paths } = document as { paths: Record<string, unknown> };

      expect(Object.keys(paths).join()).toMatch(/\/invocations$/);
      expect(JSON.stringify(paths)).toContain('"dataframe_records"');
    });

    it('that is not there is a 404', async () => {
      const refusal = await refused(client, client.predict('no-such-endpoint-of-this-suite', { inputs: [1] }));

      expect(refusal).toEqual({ status: 404, code: expect.stringMatching(NOT_THERE) as string });
    });
  });

  const post = (endpoint: string, body: string, contentType = 'application/json'): Promise<Response> =>
    fetch(`${workspace.host}/serving-endpoints/${endpoint}/invocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}`, 'content-type': contentType, accept: '*/*' },
      body,
    });

  itHasModel('takes CSV, and says which of its models has answered', async () => {
    const answer = await post(workspace.serving.model, 'x\n1.5\n2.25\n', 'text/csv');

    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { predictions: unknown }).predictions).toHaveLength(2);
    expect(answer.headers.get('served-model-name')).toBeTruthy();
  });

  itHasModel('names what is missing', async () => {
    const answer = await post(workspace.serving.model, '{"dataframe_records":[{"y":1}]}');

    expect(((await answer.json()) as ErrorEnvelope).message).toContain("Model is missing inputs ['x']");
  });

  /** The `data:` lines of a stream, and how it was answered. */
  const streamed = async (): Promise<{ status: number; type: string | null; data: string[] }> => {
    const messages = [{ role: 'user', content: 'Say something short.' }];
    const answer = await post(workspace.serving.chat, JSON.stringify({ messages, stream: true, max_tokens: 16 }));
    const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('data:'));
    const data = lines.map((line) => line.slice('data:'.length).trim());
    return { status: answer.status, type: answer.headers.get('content-type'), data };
  };

  itChats('streams chunks of a completion, and says that it is done', async () => {
    const { status, type, data } = await streamed();
    const chunks = data.slice(0, -1).map((text) => JSON.parse(text) as { object: string });

    expect([status, type?.split(';')[0]]).toEqual([200, 'text/event-stream']);
    expect(chunks.length).toBeGreaterThan(0);
    expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['chat.completion.chunk']));
    expect(data.at(-1)).toBe('[DONE]');
  });

  itWhere(target, 'stream-faults')('says an error that comes later inside of the stream, with status 200', async () => {
    workspace.serving.failNextStream();

    const { status, data } = await streamed();

    expect(status).toBe(200);
    expect(data.slice(0, -1).every((text) => text.includes('chat.completion.chunk'))).toBe(true);
    expect(JSON.parse(data.at(-1) ?? '')).toMatchObject({ error_code: expect.any(String) as string });
  });
});
