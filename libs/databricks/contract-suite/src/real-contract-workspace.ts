import type { ContractTarget, ContractWorkspace, Offer } from './contract-workspace';

const PREFIX = 'CONTRACT_DATABRICKS_';

/** Which variables open which sentences of the suite; the first four are needed for any. */
const NEEDED = ['HOST', 'TOKEN', 'WAREHOUSE_ID', 'SCHEMA'] as const;
const OFFERED_BY: Readonly<Record<Offer, readonly [string, ...string[]] | undefined>> = {
  app: ['CLIENT_ID', 'CLIENT_SECRET'],
  outsider: ['OUTSIDER_TOKEN'],
  'narrow-token': ['NARROW_TOKEN'],
  database: ['INSTANCE', 'PGHOST', 'PGUSER'],
  endpoint: ['ENDPOINT'],
  'expired-password': ['EXPIRED_PASSWORD'],
  model: ['MODEL_ENDPOINT'],
  chat: ['CHAT_ENDPOINT'],
  // No variable makes a workspace fail when it is told to.
  'stream-faults': undefined,
};

/** The workspace that `CONTRACT_DATABRICKS_HOST` names. Throws when what it needs besides is not said. */
export function realWorkspaceOf(environment: Readonly<Record<string, string | undefined>>): ContractTarget | undefined {
  const value = (name: string): string => environment[PREFIX + name] ?? '';
  if (value('HOST') === '') return undefined;
  const missing = NEEDED.filter((name) => value(name) === '');
  if (missing.length > 0) {
    throw new Error(`Not set: ${missing.map((name) => PREFIX + name).join(', ')}. See docs/local-development.md`);
  }
  const offers = (Object.keys(OFFERED_BY) as Offer[]).filter(
    (offer) => OFFERED_BY[offer]?.every((name) => value(name) !== '') === true,
  );
  return {
    name: `the workspace of ${PREFIX}HOST`,
    offers: new Set(offers),
    start: () => Promise.resolve(realWorkspace(value)),
  };
}

function realWorkspace(value: (name: string) => string): ContractWorkspace {
  const [catalog = '', schema = ''] = value('SCHEMA').split('.');
  return {
    host: value('HOST'),
    token: value('TOKEN'),
    app: { clientId: value('CLIENT_ID'), clientSecret: value('CLIENT_SECRET') },
    outsider: value('OUTSIDER_TOKEN'),
    narrowToken: value('NARROW_TOKEN'),
    warehouseId: value('WAREHOUSE_ID'),
    rowsOfThreeChunks: 90_000,
    catalog,
    schema,
    database: {
      instance: value('INSTANCE'),
      endpoint: value('ENDPOINT'),
      host: value('PGHOST'),
      port: Number(value('PGPORT') === '' ? 5432 : value('PGPORT')),
      user: value('PGUSER'),
      database: value('PGDATABASE') === '' ? 'databricks_postgres' : value('PGDATABASE'),
      ca: undefined,
      expiredPassword: value('EXPIRED_PASSWORD'),
    },
    serving: {
      model: value('MODEL_ENDPOINT'),
      chat: value('CHAT_ENDPOINT'),
      failNextStream: () => {
        throw new Error('A real workspace has no planned faults');
      },
    },
    // Nothing was started, and what the suite makes there it removes itself.
    close: () => Promise.resolve(),
  };
}
