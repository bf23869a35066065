/** A body as the first public API took it, and the one that the route takes. */
export interface FormerBody {
  /** What it is, for the page on aliases. */
  readonly title: string;
  /** Names of what was sent, and what they have become; errors tell of them by the names they were sent by. */
  readonly renamed: Readonly<Record<string, string>>;
  /** What is no object comes back as it is, so that the route refuses it. */
  present(query: Readonly<Record<string, unknown>>, body: unknown): unknown;
}

const TABLE = {
  table_path: 'source.path',
  full_name: 'source.full_name',
  connection_id: 'source.connection_id',
} as const;
const KEYS = {
  access_key_id: 'source.credentials.access_key_id',
  secret_access_key: 'source.credentials.secret_access_key',
  session_token: 'source.credentials.session_token',
  region: 'source.credentials.region',
  endpoint: 'source.credentials.endpoint',
} as const;
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['version', 'limit', 'offset']);

/**
 * A table that is named in the query or in the body, and the keys of S3 to read it with. Keys in the query are not taken for keys: they
 * would stand in the logs of whatever is on the way.
 */
export const TABLE_AND_KEYS: FormerBody = {
  title: 'a table and keys',
  renamed: { ...TABLE, ...KEYS, credentials: 'source.credentials' },
  present(query, body = {}) {
    if (!isObject(body) || 'source' in body) return body;
    const asked = { ...fromQuery(query), ...without(body, KEYS) };
    const credentials = only(body, KEYS);
    const { table_path: path, ...named } = only(asked, TABLE);
    const source = {
      kind: kindOf(path, named['full_name']),
      ...(path === undefined ? {} : { path }),
      ...named,
      ...(Object.keys(credentials).length === 0 ? {} : { credentials }),
    };
    return { ...without(asked, TABLE), source };
  },
};

function kindOf(path: unknown, fullName: unknown): 's3' | 'table' | 'volume' {
  if (path === undefined && fullName !== undefined) return 'table';
  return typeof path === 'string' && /^s3[an]?:\/\//.test(path) ? 's3' : 'volume';
}

/** A query has texts alone, and a list of one is none there. */
function fromQuery(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const typed = (name: string, value: unknown): unknown => {
    if (name === 'columns' && typeof value === 'string') return [value];
    return WHOLE_NUMBERS.has(name) && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  };
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typed(name, value)]));
}

function only(from: Readonly<Record<string, unknown>>, names: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => Object.hasOwn(names, name)));
}

function without(from: Readonly<Record<string, unknown>>, names: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !Object.hasOwn(names, name)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
