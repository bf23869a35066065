import type { Route } from '../http/route-table';

/** A request as it is sent: the path percent-encoded, the body as bytes. */
export interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export class Chance {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 up to, never at, the limit. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  oneIn(many: number): boolean {
    return this.below(many) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 3.5, 1e308, -1e308, 2 ** 53, 2 ** 53 + 2, 253_402_300_800_000],
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '🌊',
    '\u202e\u0301',
    'x'.repeat(300),
    'x'.repeat(70_000),
  ],
  ...[
    '../../etc/passwd',
    '/',
    '//',
    '..',
    '/Shared/../..',
    '/Volumes',
    "' OR 1=1 --",
    '`; DROP TABLE a; --',
    '%00',
    '%2F',
    '%',
  ],
  ...[
    'true',
    'null',
    'NaN',
    '1e999',
    '-0',
    '0x10',
    '9223372036854775808',
    '10s',
    '0s',
    '50s',
    '1970-01-01T00:00:00Z',
    'not a date',
  ],
  ...['__proto__', 'constructor', 'toString', '*', '${a}', '{{a}}', 'AQ==', '\r\nx-injected: 1'],
  ...[
    [],
    [[]],
    [null],
    ['a', 1, null],
    [{}],
    {},
    { value: {} },
    { __proto: 1, toString: 1, length: -1 },
    { constructor: { prototype: {} } },
  ],
];

/** Words that the workspace's APIs know as values; which of them goes where is left to chance. */
const WORDS = (
  'users admins analysts READ WRITE MANAGE CAN_USE CAN_MANAGE CAN_READ IS_OWNER SELECT USE_CATALOG ALL_PRIVILEGES MANAGED ' +
  'EXTERNAL DELTA CATALOG SCHEMA TABLE VOLUME FUNCTION PYTHON SQL AUTO SOURCE RAW DATABRICKS INLINE EXTERNAL_LINKS JSON_ARRAY ' +
  'ARROW_STREAM CSV CONTINUE CANCEL PRO CLASSIC 2X-Small CU_1 add remove replace members displayName STRING INT LONG DECIMAL ' +
  'client_credentials authorization_code refresh_token all-apis openid S256 databricks-cli initiate-upload complete-upload multipart'
).split(' ');

const STATEMENTS = [
  'SELECT 1',
  'SELECT',
  'SHOW CATALOGS',
  'SELECT * FROM demo.lake.nothing',
  'SELECT :p',
  '',
  ';;',
  "SELECT '",
];

/** Names of fields and parameters to begin with; more are learned from answers. */
const NAMES = (
  'userName displayName active name members value Operations op path schemas id changes principal add remove scopes comment filter ' +
  'lifetime_seconds token_id grant_type code scope client_id startIndex count sortBy attributes max_results page_token page_size ' +
  'redirect_uri state code_challenge key string_value bytes_value permission access_control_list user_name group_name ' +
  'service_principal_name permission_level content format language overwrite recursive direct_download warehouse_id statement catalog ' +
  'schema parameters disposition wait_timeout on_wait_timeout row_limit byte_limit type catalog_name schema_name volume_type ' +
  'storage_location table_type data_source_format columns type_name type_text position nullable properties owner new_name force ' +
  'instance_names request_id claims spec update_mask purge action session_token start_part_number expire_time parts part_number etag ' +
  'upload_type cluster_size auto_stop_mins min_num_clusters max_num_clusters table_id operation input_params routine_body ' +
  'full_data_type schema_name_pattern table_name_pattern include_browse omit_columns url capacity endpoint ttl project_id branch_id'
).split(' ');

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/scim+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'text/plain',
  'application/xml',
  ';',
];

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['accept', ['*/*', 'application/json', 'text/event-stream', 'nonsense']],
  ['range', ['bytes=0-0', 'bytes=5-2', 'bytes=-1', 'bytes=0-0,2-3', 'bytes=99999999999999999999-', 'lines=1-2']],
  ['if-unmodified-since', ['Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday', '']],
  ['if-none-match', ['*', '"x"', 'W/"x"', '']],
  ['x-local-persona', ['admin', 'nobody', '__proto__']],
  ['origin', ['https://evil.example', 'null', '']],
  ['content-encoding', ['gzip', 'identity', 'nonsense']],
  ['x-databricks-workspace-id', ['0', '-1', 'x']],
  ['x-http-method-override', ['DELETE', 'PUT']],
  ['cookie', ['a=b; a=c', '=;=', 'x'.repeat(2000)]],
  ['user-agent', ['\u00ff\u00fe', 'x'.repeat(2000)]],
];

/** Random requests for every route, some of them nearly right. What answers tell is used again in later ones. */
export class RandomRequests {
  private readonly names = new Set(NAMES);
  private readonly known: string[] = [];

  /** `tokens` are used as they are, some more often than others; `sacred` are values no request may name. */
  constructor(
    private readonly chance: Chance,
    private readonly tokens: readonly string[],
    values: readonly string[],
    private readonly sacred: readonly string[],
  ) {
    values.forEach((value) => this.remember(value));
  }

  for(route: Route): RandomRequest {
    const { chance } = this;
    const method = chance.oneIn(12) ? chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) : route.method;
    const path = route.path.replace(/:[A-Za-z]\w*|\*|::/g, (part) =>
      part === '::' ? ':' : this.pathPart(part === '*'),
    );
    const body = method === 'GET' || method === 'HEAD' ? undefined : this.body();
    const headers = Object.fromEntries(
      HEADERS.filter(() => chance.oneIn(12)).map(([name, values]): [string, string] => [name, chance.pick(values)]),
    );
    const authorization = this.authorization();
    return {
      method,
      path: `${path}${this.query()}`,
      headers: {
        ...headers,
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined || chance.oneIn(20)
          ? {}
          : { 'content-type': chance.oneIn(5) ? chance.pick(TYPES) : 'application/json' }),
      },
      body,
    };
  }

  /** Field names, and what may be an id or a name, are used in later requests. */
  learn(text: string): void {
    for (const [, name = ''] of text.matchAll(/(?:field:? |field ')'?([a-z_]{2,40})/g)) this.names.add(name);
    for (const [, name = '', value] of text.matchAll(/"([a-z_]{2,40})":(?:"([^"\\]{1,120})"|\d{1,16})?/g)) {
      if (this.names.size < 600) this.names.add(name);
      if (value !== undefined && /(^|_)(id|name|path|token|key|url)$/.test(name)) this.remember(value);
    }
  }

  private remember(value: string): void {
    if (this.isSacred(value) || this.known.includes(value)) return;
    if (this.known.length < 400) this.known.push(value);
    else this.known[this.chance.below(this.known.length)] = value;
  }

  private isSacred(text: string): boolean {
    return this.sacred.some((value) => text.includes(value));
  }

  private pathPart(rest: boolean): string {
    const { chance } = this;
    const kind = chance.below(8);
    if (kind === 0)
      return chance.pick(['%zz', '%00', '%2e%2e', '%2F..%2F', '%ed%a0%80', '..', '.', '%', '%C0%AF', "'"]);
    const text = kind < 6 ? chance.pick(this.known) : textOf(this.value(3)).slice(0, 300);
    const encoded = encodeURIComponent(wellFormed(text));
    return rest && !chance.oneIn(4) ? encoded.replaceAll('%2F', '/') : encoded;
  }

  private query(): string {
    const { chance } = this;
    const parts = Array.from({ length: chance.below(4) }, () => {
      const value = this.value(2);
      const text = wellFormed(textOf(value).slice(0, 600));
      return `${chance.pick([...this.names])}=${chance.oneIn(10) ? '%zz%00"[]'.replaceAll('"', '%22') : encodeURIComponent(text)}`;
    });
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }

  private authorization(): string | undefined {
    const { chance } = this;
    const kind = chance.below(20);
    if (kind === 0) return undefined;
    if (kind === 1)
      return chance.pick(['Bearer', 'Bearer ', 'Basic Og==', 'Bearer a b', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'x']);
    return `Bearer ${kind < 14 ? (this.tokens[0] ?? '') : chance.pick(this.tokens)}`;
  }

  private body(): Buffer {
    const { chance } = this;
    const kind = chance.below(24);
    if (kind === 0) return Buffer.alloc(0);
    if (kind === 1) return Buffer.from(Array.from({ length: chance.below(200) }, () => chance.below(256)));
    if (kind === 2) return Buffer.from(`${'['.repeat(20_000)}${chance.oneIn(2) ? ']'.repeat(20_000) : ''}`);
    if (kind === 3) return Buffer.from(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    if (kind === 4)
      return Buffer.from('{"name":1e999,"id":-1e999,"count":123456789012345678901234567890,"name":"again"}');
    const text = this.isSacredFree(JSON.stringify(kind === 5 ? this.value(0) : this.fields(0)) ?? 'null');
    return Buffer.from(kind === 6 ? text.slice(0, chance.below(text.length + 1)) : text);
  }

  private isSacredFree(text: string): string {
    return this.isSacred(text) ? '{}' : text;
  }

  private fields(depth: number): Record<string, unknown> {
    const names = [...this.names];
    return Object.fromEntries(
      Array.from({ length: 1 + this.chance.below(8) }, (): [string, unknown] => {
        const name = this.chance.pick(names);
        return [
          name,
          name === 'statement' && this.chance.oneIn(2) ? this.chance.pick(STATEMENTS) : this.value(depth + 1),
        ];
      }),
    );
  }

  private value(depth: number): unknown {
    const { chance } = this;
    const kind = chance.below(depth > 3 ? 10 : 13);
    if (kind < 4) return chance.pick(VALUES);
    if (kind < 7) return chance.pick(this.known);
    if (kind < 10) return chance.pick(WORDS);
    if (kind === 10) return Array.from({ length: chance.below(4) }, () => this.value(depth + 1));
    return this.fields(depth + 1);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Half a character becomes the sign for that: it cannot be percent-encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
