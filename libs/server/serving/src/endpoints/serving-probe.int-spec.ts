import { PermissionProbes, type PermissionReport } from '@lakescope/server-http';
import { ServingApp, type Json } from '../testing/serving-app';

describe('model serving among the dependencies', () => {
  let app: ServingApp;

  beforeAll(async () => {
    app = await ServingApp.start();
  });
  afterAll(() => app.stop());
  afterEach(() => app.stack.workspace.faults.clear());

  async function tile(persona: 'analyst' | 'outsider'): Promise<Json | undefined> {
    const { body } = await app.ask(persona, '/../status');
    return (body['items'] as Json[]).find(({ name }) => name === 'serving');
  }

  it('counts what the caller sees', async () => {
    expect(await tile('analyst')).toMatchObject({ state: 'ok', detail: expect.stringContaining('2 of 2') as string });
    expect(await tile('outsider')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('no endpoint') as string,
    });
  });

  it('is among the permissions: who may ask, who may only see, and what would help', async () => {
    const probes = app.get(PermissionProbes);
    const finding = async (persona: 'analyst' | 'engineer' | 'outsider'): Promise<PermissionReport | undefined> =>
      (await probes.checkAll(await app.caller(persona), new AbortController().signal)).find(
        ({ probe }) => probe.feature === 'ask_models',
      );
    const engineer = await finding('engineer');
    const { userName } = app.stack.workspace.personas.engineer;

    expect((await finding('analyst'))?.finding).toEqual({ state: 'allowed' });
    expect((await finding('outsider'))?.finding).toMatchObject({ state: 'unknown' });
    expect(engineer?.finding).toMatchObject({ state: 'denied', missingGrant: 'CAN_QUERY on serving endpoint line' });
    expect(engineer?.finding.fix).toMatch(/^databricks serving-endpoints update-permissions \w+ --json '\{.*\}'$/);
    expect(engineer?.finding.fix).toContain(`{"user_name":"${userName}","permission_level":"CAN_QUERY"}`);
    expect(engineer?.probe.scopes).toEqual(['model-serving']);
  });

  it('is down when the platform does not list them', async () => {
    app.stack.workspace.faults.add({ method: 'GET', pathPrefix: '/api/2.0/serving-endpoints', status: 503 });
    expect(await tile('analyst')).toMatchObject({ state: 'down' });
  });
});
