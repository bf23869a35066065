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

  it('is down when the platform does not list them', async () => {
    app.stack.workspace.faults.add({ method: 'GET', pathPrefix: '/api/2.0/serving-endpoints', status: 503 });
    expect(await tile('analyst')).toMatchObject({ state: 'down' });
  });
});
