import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { LakebaseConfig } from '@lakescope/server-config';
import { openSchema, type OpenSchema } from '@lakescope/server-persistence';
import { TestApi, type Answer } from '../testing/test-api';

const ADVICE = 'restart the app or run `npx lakescope migrate up`';

describe('a schema that is taken away under the running app', () => {
  let api: TestApi;
  let schema: OpenSchema;

  beforeAll(async () => {
    api = await TestApi.start();
    schema = await openSchema(api.app.get(LakebaseConfig), api.app.get(DatabricksClients), migrations);
    const json = { preference_key: 'theme', preference_value: 'dark' };
    await api.ask('/api/v1/preferences', { method: 'PUT', as: 'analyst', json });
  });

  afterEach(() => schema.migrator.migrate());

  afterAll(async () => {
    await schema.close();
    await api.stop();
  });

  describe.each([
    ['the last migration', 1],
    ['all of them', migrations.length],
  ])('by taking back %s', (_, count) => {
    beforeEach(async () => {
      for (let taken = 0; taken < count; taken++) await schema.migrator.revertLast();
    });

    it('is noticed by the health, which names what is missing', async () => {
      const answer = await ask('/api/v1/lakebase/health');

      expect(problem(answer)).toEqual([503, 'DATABASE_UNAVAILABLE']);
      expect(answer.json['detail']).toContain(ADVICE);
      expect(answer.json['technical_details']).toMatchObject({
        status: 'unavailable',
        fix: expect.stringContaining('npx lakescope migrate up') as string,
        ...(count === 1
          ? { needed_migration: migrations.at(-1)?.name, applied_migration: migrations.at(-2)?.name }
          : {}),
      });
    });

    it('is what the overview tells instead of failing', async () => {
      const { status, json } = await ask('/api/v1/admin/overview');

      expect([status, json['database']]).toMatchObject([200, { status: 'unavailable' }]);
    });

    it('is over when the migrations are there again', async () => {
      await schema.migrator.migrate();

      expect((await ask('/api/v1/lakebase/health')).json).toMatchObject({
        status: 'ok',
        schema_version: migrations.at(-1)?.name,
      });
      expect((await ask('/api/v1/user/me/data')).status).toBe(200);
    });
  });

  it.each(['/api/v1/preferences', '/api/v1/admin/audit', '/api/v1/admin/orphaned-records', '/api/v1/user/me/data'])(
    'is told by %s in full, with what to do',
    async (path) => {
      for (const _ of migrations) await schema.migrator.revertLast();

      const answer = await ask(path);

      expect(problem(answer)).toEqual([503, 'DATABASE_UNAVAILABLE']);
      expect(answer.json['detail']).toContain(ADVICE);
    },
  );

  function ask(path: string): Promise<Answer> {
    return api.ask(path, { as: 'admin' });
  }
});

function problem({ status, json }: Answer): unknown[] {
  return [status, json['error_code']];
}
