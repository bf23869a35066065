import type { LakebaseChoice } from './lakebase-choices';
import { changesFor } from './lakebase-settings';

const provisioned: LakebaseChoice = {
  kind: 'provisioned',
  name: 'acme',
  host: 'acme.db.example.com',
  state: 'AVAILABLE',
};
const autoscaling: LakebaseChoice = {
  kind: 'autoscaling',
  name: 'projects/p/branches/b/endpoints/e',
  host: 'ep.db.example.com',
  state: 'IDLE',
};
const there = { LAKESCOPE_SECRET: 'there' };

const changes = (values: Record<string, string>, database = provisioned): Record<string, string> =>
  Object.fromEntries(
    changesFor(values, { database, databaseName: 'databricks_postgres', user: 'me@example.com' }).map(
      ({ name, value }) => [name, value],
    ),
  );

describe('the settings of a database', () => {
  it('name host, database, user and instance', () => {
    expect(changes(there)).toEqual({
      PGHOST: 'acme.db.example.com',
      LAKEBASE_DATABASE: 'databricks_postgres',
      PGUSER: 'me@example.com',
      LAKEBASE_INSTANCE_NAME: 'acme',
    });
  });

  it('are left alone where they say it already, by whichever name', () => {
    expect(
      changes({
        ...there,
        LAKEBASE_HOST: 'acme.db.example.com',
        PGDATABASE: 'databricks_postgres',
        PGUSER: 'me@example.com',
        LAKEBASE_INSTANCE_NAME: 'acme',
      }),
    ).toEqual({});
  });

  it('empty the name of the other kind, because both at once are an error', () => {
    const after = changes({ ...there, LAKEBASE_INSTANCE_NAME: 'acme' }, autoscaling);

    expect(after).toMatchObject({ LAKEBASE_ENDPOINT: autoscaling.name, LAKEBASE_INSTANCE_NAME: '' });
  });

  it('forget a port that belonged to another host', () => {
    expect(changes({ ...there, PGHOST: 'localhost', PGPORT: '54321' })).toMatchObject({ PGPORT: '5432' });
    expect(
      changes({ ...there, PGHOST: '127.0.0.1', PGPORT: '54321' }, { ...provisioned, host: 'localhost' }),
    ).not.toHaveProperty('PGPORT');
  });

  it('come with a new random key where there is none, which is never shown', () => {
    const find = () =>
      changesFor({}, { database: provisioned, databaseName: 'd', user: 'u' }).find(
        ({ name }) => name === 'LAKESCOPE_SECRET',
      );

    expect(find()?.secret).toBe(true);
    expect(Buffer.from(find()?.value ?? '', 'base64')).toHaveLength(48);
    expect(find()?.value).not.toBe(find()?.value);
  });
});
