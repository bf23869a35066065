import type { ErrorEnvelope, ListServingEndpointsResponse, ServingEndpoint } from '@lakescope/databricks-wire';
import { ask, givenWorkspace, type Answer, type Asked } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.0/serving-endpoints';
const CHAT = { foundation_model: { name: 'system.ai.lakescope-local-chat' } };

describe('serving endpoints', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ servingDeployMilliseconds: 20, servingTokenMilliseconds: 1 }));
  });
  afterAll(() => stop());

  const as = (persona: keyof LocalWorkspace['personas'], path: string, asked: Asked = {}): Promise<Answer> =>
    ask(workspace, path, { token: workspace.personas[persona].token, ...asked });
  const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
    as('admin', path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const get = async (name: string): Promise<ServingEndpoint> =>
    (await as('admin', `${ROOT}/${name}`)).json<ServingEndpoint>();
  const codeOf = (answer: Answer): unknown[] => [answer.status, answer.json<ErrorEnvelope>().error_code];

  /** Ready, or failed. */
  const settled = async (name: string): Promise<ServingEndpoint> => {
    for (;;) {
      const endpoint = await get(name);
      if (endpoint.state?.config_update !== 'IN_PROGRESS') return endpoint;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const given = async (name: string, entities: readonly object[] = [CHAT], more: object = {}): Promise<void> => {
    const made = await send('POST', ROOT, { name, config: { served_entities: entities }, ...more });
    expect(made.status).toBe(200);
    await settled(name);
  };

  it('are made, deployed, listed and removed', async () => {
    const made = await send('POST', ROOT, {
      name: 'made',
      config: { served_entities: [CHAT] },
      tags: [{ key: 'team' }],
    });
    const ready = await settled('made');
    const listed = (await as('admin', ROOT)).json<ListServingEndpointsResponse>().endpoints;
    const removed = await send('DELETE', `${ROOT}/made`);
    const gone = await as('admin', `${ROOT}/made`);

    expect(made.json<ServingEndpoint>()).toMatchObject({
      state: { ready: 'NOT_READY', config_update: 'IN_PROGRESS' },
      pending_config: { served_entities: [{ state: { deployment: 'DEPLOYMENT_CREATING' } }] },
      permission_level: 'CAN_MANAGE',
      task: 'llm/v1/chat',
    });
    expect(made.json()).not.toHaveProperty('config');
    expect(ready).toMatchObject({
      state: { ready: 'READY', config_update: 'NOT_UPDATING' },
      tags: [{ key: 'team', value: '' }],
      config: {
        config_version: 1,
        served_entities: [{ name: 'lakescope-local-chat', state: { deployment: 'DEPLOYMENT_READY' } }],
        traffic_config: { routes: [{ served_entity_name: 'lakescope-local-chat', traffic_percentage: 100 }] },
      },
    });
    expect(ready).not.toHaveProperty('pending_config');
    const [item] = listed ?? [];
    expect(Object.keys(item?.config ?? {})).toEqual(['served_entities']);
    expect(item?.config?.served_entities?.map((entity) => Object.keys(entity))).toEqual([['name', 'foundation_model']]);
    expect([removed.status, ...codeOf(gone)]).toEqual([200, 404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('of one name are one', async () => {
    await given('taken');

    const second = await send('POST', ROOT, { name: 'taken', config: { served_entities: [CHAT] } });

    expect(codeOf(second)).toEqual([409, 'RESOURCE_ALREADY_EXISTS']);
  });

  it('chat the same words to the same messages, and say what they are', async () => {
    await given('chat');
    const body = { messages: [{ role: 'user', content: 'What is here?' }] };

    const answers = [1, 2].map(() => send('POST', '/serving-endpoints/chat/invocations', body));
    const openai = await send('POST', '/serving-endpoints/chat/completions', { ...body, model: 'chat' });
    const [first, second] = await Promise.all(answers);

    const said = (answer: Answer | undefined): unknown => answer?.json<{ choices: unknown }>().choices;
    expect(first?.headers['served-model-name']).toBe('lakescope-local-chat');
    expect(said(first)).toEqual(said(second));
    expect(said(first)).toEqual(said(openai));
    expect(said(first)).toMatchObject([
      { index: 0, message: { role: 'assistant', content: expect.stringContaining('local demo model') as string } },
    ]);
  });
});
