import { randomBytes } from 'node:crypto';
import type { LakebaseChoice } from './lakebase-choices';

type Values = Readonly<Record<string, string | undefined>>;

/** What is to stand in `.env.local`. */
export interface WantedSettings {
  readonly database: LakebaseChoice;
  readonly databaseName: string;
  readonly user: string;
}

/** One key that changes. */
export interface SettingChange {
  readonly name: string;
  readonly value: string;
  /** Is never shown. */
  readonly secret: boolean;
}

/** Where the app would connect with these values: the first name of each group that is set counts, as in the API. */
export function effective(values: Values): { host?: string; port: string; database?: string; user?: string } {
  const host = first(values, ['PGHOST', 'LAKEBASE_HOST']);
  const database = first(values, ['LAKEBASE_DATABASE', 'LAKEBASE_DATABASE_NAME', 'PGDATABASE']);
  const user = first(values, ['PGUSER']);
  return {
    port: first(values, ['PGPORT', 'LAKEBASE_PORT']) ?? '5432',
    ...(host === undefined ? {} : { host }),
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
  };
}

/** The keys that have to change, and only those. */
export function changesFor(values: Values, { database, databaseName, user }: WantedSettings): SettingChange[] {
  const now = effective(values);
  const wanted: Record<string, string> = {};
  const sameHost = now.host === database.host || (isLoopback(now.host) && isLoopback(database.host));
  if (!sameHost) {
    wanted['PGHOST'] = database.host;
    // The platform's hosts carry no port, so one that was set for another host means nothing here.
    if (now.port !== '5432' && !isLoopback(database.host)) wanted['PGPORT'] = '5432';
  }
  if (now.database !== databaseName) wanted['LAKEBASE_DATABASE'] = databaseName;
  if (now.user !== user) wanted['PGUSER'] = user;
  const [mine, other] =
    database.kind === 'provisioned'
      ? ['LAKEBASE_INSTANCE_NAME', 'LAKEBASE_ENDPOINT']
      : ['LAKEBASE_ENDPOINT', 'LAKEBASE_INSTANCE_NAME'];
  if (values[mine] !== database.name) wanted[mine] = database.name;
  // Both at once is an error; an empty variable is the same as none.
  if (isSet(values[other])) wanted[other] = '';
  const changes = Object.entries(wanted).map(([name, value]) => ({ name, value, secret: false }));
  if (isSet(values['LAKESCOPE_SECRET'])) return changes;
  return [...changes, { name: 'LAKESCOPE_SECRET', value: randomBytes(48).toString('base64'), secret: true }];
}

function first(values: Values, names: readonly string[]): string | undefined {
  return names.map((name) => values[name]).find(isSet);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}
