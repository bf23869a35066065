import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { MetricsApp } from './testing/metrics-app';

describe('a hundred open dashboards', () => {
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack, { freshMs: 5_000 });
    await app.givenRequests([{ at: Date.now() - 1_000, ms: 5 }]);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('ask the database as often as one', async () => {
    const reads = jest.spyOn(app.get(Database), 'asSystem');
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async () => JSON.stringify((await app.ask('performance')).body)),
    );
    await app.ask('performance?time_range=24h');

    expect(reads).toHaveBeenCalledTimes(1);
    expect(new Set(bodies).size).toBe(1);
  });

  it('do not get the answer to another question', async () => {
    const reads = jest.spyOn(app.get(Database), 'asSystem');
    const questions = [
      'usage',
      'usage?event_type=page_view',
      'time-series',
      'time-series?method=GET',
      'heatmap',
      'users',
      'users?limit=1',
    ];
    for (const question of questions) await app.ask(question);

    expect(reads).toHaveBeenCalledTimes(questions.length);
  });

  it('leave connections to everybody else, whatever each of them asks', async () => {
    const database = app.get(Database);
    const asking = Array.from({ length: 40 }, (_, index) => app.ask(`users?limit=${index + 1}`));
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, database.poolUse.total - database.poolUse.idle)), 1);
    const answers = await Promise.all(asking);
    clearInterval(watching);

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('ask again after an answer that failed', async () => {
    await stack.postgres.halt();
    const failed = await Promise.all([app.ask('performance?time_range=30d'), app.ask('performance?time_range=30d')]);
    await stack.postgres.restart();

    expect(failed.map(({ status, body }) => [status, body['error_code']])).toEqual([
      [503, 'DATABASE_UNAVAILABLE'],
      [503, 'DATABASE_UNAVAILABLE'],
    ]);
    expect((await app.ask('performance?time_range=30d')).status).toBe(200);
  });
});
