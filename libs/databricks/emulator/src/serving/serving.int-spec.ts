import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ListServingEndpointsResponse,
  ServedModelLogsResponse,
  ServingEndpoint,
} from '@lakescope/databricks-wire';
import { givenFolder } from '../testing/given-workspace';
import { CHAT, EMBEDDINGS, refusalOf, SERVING, ServingWorkspace } from '../testing/given-serving';
import { startWorkspace } from '../workspace/start-workspace';

describe('serving endpoints', () => {
  let given: ServingWorkspace;

  beforeAll(async () => (given = await ServingWorkspace.start()));
  afterAll(() => given.stop());

  const create = (name: string, config: object, more: object = {}) =>
    given.send('POST', SERVING, { name, config, ...more });
  const configure = (name: string, config: object) => given.send('PUT', `${SERVING}/${name}/config`, config);

  it('are made, deployed, listed and removed', async () => {
    const made = await create('made', { served_entities: [CHAT] }, { tags: [{ key: 'team' }] });
    const ready = await given.settled('made');
    const listed = (await given.send('GET', SERVING)).json<ListServingEndpointsResponse>().endpoints;
    const removed = await given.send('DELETE', `${SERVING}/made`);
    const gone = await given.send('GET', `${SERVING}/made`);

    expect(made.json()).toMatchObject({
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
        served_entities: [{ name: 'chat', state: { deployment: 'DEPLOYMENT_READY' } }],
        traffic_config: { routes: [{ served_entity_name: 'chat', traffic_percentage: 100 }] },
      },
    });
    expect(ready).not.toHaveProperty('pending_config');
    const item = listed?.find(({ name }) => name === 'made');
    expect(Object.keys(item?.config ?? {})).toEqual(['served_entities']);
    expect(item?.config?.served_entities?.map((entity) => Object.keys(entity))).toEqual([['name', 'foundation_model']]);
    expect([removed.status, ...refusalOf(gone)]).toEqual([200, 404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('of one name are one', async () => {
    await given.endpoint('taken');

    expect(refusalOf(await create('taken', { served_entities: [CHAT] }))).toEqual([409, 'RESOURCE_ALREADY_EXISTS']);
  });

  it('may be hidden at first, by a planned fault', async () => {
    given.workspace.faults.add({ method: 'POST', pathPrefix: SERVING, hideCreatedFor: 1 });
    await create('hidden', { served_entities: [CHAT] });
    given.workspace.faults.list().forEach(({ id, hideCreatedFor }) => {
      if (hideCreatedFor !== undefined) given.workspace.faults.remove(id);
    });

    const statuses = [1, 2].map(async () => (await given.send('GET', `${SERVING}/hidden`)).status);

    expect((await Promise.all(statuses)).sort()).toEqual([200, 404]);
    given.workspace.faults.clear();
  });

  it.each([
    ['a name with a slash', 'a/b', { served_entities: [CHAT] }],
    ['no entity', 'wrong', { served_entities: [] }],
    ['two entities without routes', 'wrong', { served_entities: [CHAT, EMBEDDINGS] }],
    ['two entities of one name', 'wrong', { served_entities: [CHAT, CHAT] }],
    [
      'routes of 90 percent',
      'wrong',
      {
        served_entities: [CHAT],
        traffic_config: { routes: [{ served_entity_name: 'chat', traffic_percentage: 90 }] },
      },
    ],
    [
      'a route to nowhere',
      'wrong',
      { served_entities: [CHAT], traffic_config: { routes: [{ served_model_name: 'x', traffic_percentage: 100 }] } },
    ],
    ['a model without a version', 'wrong', { served_entities: [{ entity_name: 'demo.models.m' }] }],
    [
      'an unknown provider',
      'wrong',
      { served_entities: [{ external_model: { name: 'm', provider: 'oracle', task: 'llm/v1/chat' } }] },
    ],
  ])('with %s are refused', async (_what, name, config) => {
    expect(refusalOf(await create(name, config))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('of models that are not there are refused', async () => {
    await given.model('there', 1);
    const answers = [
      await create('nowhere', { served_entities: [{ entity_name: 'demo.models.nope', entity_version: '1' }] }),
      await create('nowhere', { served_entities: [{ entity_name: 'demo.models.there', entity_version: '9' }] }),
      await create('nowhere', { served_entities: [{ entity_name: 'system.ai.nope' }] }),
    ];

    expect(answers.map(refusalOf)).toEqual(answers.map(() => [404, 'RESOURCE_DOES_NOT_EXIST']));
  });

  it('serve the old configuration until the new one is ready, and take one update at a time', async () => {
    const slow = await ServingWorkspace.start({ servingDeployMilliseconds: 500 });
    const configureSlowly = (name: string, config: object) => slow.send('PUT', `${SERVING}/${name}/config`, config);
    const model = await slow.model('updated', 2);
    await slow.endpoint('updated', [{ ...model, name: 'old' }]);

    const updated = await configureSlowly('updated', { served_entities: [{ ...model, name: 'new' }] });
    const meanwhile = await configureSlowly('updated', { served_entities: [CHAT] });
    const before = await slow.invoke('updated', { dataframe_records: [{ miles: 4 }] });
    const after = await slow.settled('updated');
    await slow.stop();

    expect(updated.json()).toMatchObject({
      state: { ready: 'READY', config_update: 'IN_PROGRESS' },
      config: { config_version: 1, served_entities: [{ name: 'old' }] },
      pending_config: { config_version: 2, served_entities: [{ name: 'new' }] },
    });
    expect(refusalOf(meanwhile)).toEqual([409, 'RESOURCE_CONFLICT']);
    expect([before.status, before.json()]).toEqual([200, { predictions: [8] }]);
    expect(after).toMatchObject({ config: { config_version: 2, served_entities: [{ name: 'new' }] } });
  });

  it('go on with the old configuration when the new one fails, and say why', async () => {
    const model = await given.model('breaks', 2);
    await given.endpoint('breaks', [{ ...model, name: 'good' }]);
    const broken = await given.model('breaks', 3);
    const { directory } = await given.workspace.createModelVersion('demo.models.breaks');
    await writeFile(join(directory, 'MLmodel'), 'flavors: {sklearn: {}}');

    await configure('breaks', { served_entities: [{ ...broken, entity_version: '3', name: 'bad' }] });
    const failed = await given.settled('breaks');
    const asked = await given.invoke('breaks', { dataframe_records: [{ miles: 4 }] });
    const logs = await given.send('GET', `${SERVING}/breaks/served-models/bad/build-logs`);
    await configure('breaks', { served_entities: [{ ...broken, name: 'better' }] });
    const repaired = await given.settled('breaks');

    expect(failed).toMatchObject({
      state: { ready: 'READY', config_update: 'UPDATE_FAILED' },
      config: { served_entities: [{ name: 'good' }] },
      pending_config: {
        served_entities: [
          {
            state: {
              deployment: 'DEPLOYMENT_FAILED',
              deployment_state_message: expect.stringContaining('flavor') as string,
            },
          },
        ],
      },
    });
    expect([asked.status, asked.json()]).toEqual([200, { predictions: [8] }]);
    expect(logs.json<ServedModelLogsResponse>().logs).toMatch(/MLmodel has no flavor lakescope_local/);
    expect(repaired).toMatchObject({ state: { ready: 'READY', config_update: 'NOT_UPDATING' } });
    expect(repaired).not.toHaveProperty('pending_config');
  });

  it('that never became ready answer 503, and say so', async () => {
    const { entity_version } = await given.model('never', 1);
    const { directory } = await given.workspace.createModelVersion('demo.models.never');
    await rm(directory, { recursive: true });
    await create('never', {
      served_entities: [{ entity_name: 'demo.models.never', entity_version: String(Number(entity_version) + 1) }],
    });

    const failed = await given.settled('never');

    expect(failed.state).toEqual({ ready: 'NOT_READY', config_update: 'UPDATE_FAILED' });
    expect(refusalOf(await given.invoke('never', {}))).toEqual([503, 'TEMPORARILY_UNAVAILABLE']);
  });

  it('scale to zero, wake by a call that is refused, and go to sleep again', async () => {
    const sleepy = await ServingWorkspace.start({ servingWakeMilliseconds: 200, servingIdleMilliseconds: 200 });
    const model = await sleepy.model('sleepy', 2);
    await sleepy.endpoint('sleepy', [{ ...model, name: 's', scale_to_zero_enabled: true }]);
    const message = async (): Promise<unknown> =>
      (await sleepy.get('sleepy')).config?.served_entities?.[0]?.state?.deployment_state_message;
    const call = () => sleepy.invoke('sleepy', { dataframe_records: [{ miles: 1 }] });

    const asleep = await message();
    const cold = await call();
    let warm = await call();
    while (warm.status === 503) warm = await call();
    while ((await message()) !== 'Scaled to zero') await new Promise((resolve) => setTimeout(resolve, 20));
    const coldAgain = await call();
    await sleepy.stop();

    expect(asleep).toBe('Scaled to zero');
    expect([...refusalOf(cold), cold.headers['retry-after']]).toEqual([503, 'TEMPORARILY_UNAVAILABLE', '1']);
    expect(cold.text).toContain('scaling up from zero');
    expect([warm.status, warm.json()]).toEqual([200, { predictions: [2] }]);
    expect(coldAgain.status).toBe(503);
  });

  it('show themselves to who may view, answer who may query, and change for who may manage', async () => {
    await given.endpoint('rights', [CHAT], { CAN_VIEW: ['analysts'], CAN_QUERY: ['engineers'] });
    const hello = { messages: [{ role: 'user', content: 'hi' }] };
    const may = async (persona: 'admin' | 'engineer' | 'analyst' | 'outsider') => {
      const listed = (await given.send('GET', SERVING, undefined, persona)).json<ListServingEndpointsResponse>();
      return [
        listed.endpoints?.find(({ name }) => name === 'rights')?.permission_level,
        (await given.send('GET', `${SERVING}/rights`, undefined, persona)).status,
        (await given.invoke('rights', hello, persona)).status,
        (await given.send('PATCH', `${SERVING}/rights/tags`, { add_tags: [{ key: 'a' }] }, persona)).status,
      ];
    };

    expect(await may('admin')).toEqual(['CAN_MANAGE', 200, 200, 200]);
    expect(await may('engineer')).toEqual(['CAN_QUERY', 200, 200, 403]);
    expect(await may('analyst')).toEqual(['CAN_VIEW', 200, 403, 403]);
    expect(await may('outsider')).toEqual([undefined, 403, 403, 403]);
    expect((await given.invoke('rights', hello, 'analyst')).text).toContain(
      'does not have Query permissions on rights',
    );
  });

  it('have a list of permissions under their id, which changes what somebody may', async () => {
    await given.endpoint('shared');
    const { id = '' } = await given.get('shared');
    const path = `/api/2.0/permissions/serving-endpoints/${id}`;

    const before = await given.send('GET', `${SERVING}/shared`, undefined, 'outsider');
    const changed = await given.send('PATCH', path, {
      access_control_list: [{ user_name: given.workspace.personas.outsider.userName, permission_level: 'CAN_QUERY' }],
    });
    const after = await given.send('GET', `${SERVING}/shared`, undefined, 'outsider');

    expect([before.status, changed.status, after.status]).toEqual([403, 200, 200]);
    expect(changed.json()).toMatchObject({ object_id: `/serving-endpoints/${id}`, object_type: 'serving-endpoint' });
  });

  it('have tags and rate limits that change', async () => {
    await given.endpoint('changed');
    await given.send('PATCH', `${SERVING}/changed/tags`, { add_tags: [{ key: 'a', value: '1' }, { key: 'b' }] });
    const tags = await given.send('PATCH', `${SERVING}/changed/tags`, {
      add_tags: [{ key: 'a', value: '2' }],
      delete_tags: ['b'],
    });
    const gateway = await given.send('PUT', `${SERVING}/changed/ai-gateway`, {
      rate_limits: [{ calls: 5, key: 'user', renewal_period: 'minute' }],
    });

    expect(tags.json()).toEqual({ tags: [{ key: 'a', value: '2' }] });
    expect(gateway.json()).toMatchObject({ rate_limits: [{ calls: 5, key: 'user', renewal_period: 'minute' }] });
    expect((await given.get('changed')).ai_gateway).toEqual(gateway.json());
  });

  it('are there again after a restart, with what failed and what was being deployed', async () => {
    const stateDirectory = await givenFolder();
    const first = await ServingWorkspace.start({ stateDirectory, servingDeployMilliseconds: 60_000 });
    await first.send('POST', SERVING, { name: 'unfinished', config: { served_entities: [CHAT] } });
    await first.workspace.close();

    const again = await ServingWorkspace.start({ stateDirectory });
    const ready = await again.settled('unfinished');
    await again.workspace.close();
    const last = await startWorkspace({ stateDirectory, port: 0, servingDeployMilliseconds: 60_000 });
    const answer = await fetch(`${last.url}${SERVING}/unfinished`, {
      headers: { authorization: `Bearer ${last.personas.admin.token}` },
    });
    const kept = (await answer.json()) as ServingEndpoint;
    await last.close();
    await rm(stateDirectory, { recursive: true });

    expect(ready.state).toEqual({ ready: 'READY', config_update: 'NOT_UPDATING' });
    expect(kept).toEqual(ready);
  });
});
