import type { Route } from '../http/route-table';
import { collectionOf, type RequestKnowledge } from './request-knowledge';

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
export const FIELD_NAMES = (
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

/** Random requests for every route, most of them nearly right. */
export class RandomRequests {
  /** `tokens` are used as they are, the first more often than others. */
  constructor(
    private readonly chance: Chance,
    private readonly tokens: readonly string[],
    private readonly knowledge: RequestKnowledge,
  ) {}

  for(route: Route): RandomRequest {
    const { chance } = this;
    const method = chance.oneIn(15) ? chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) : route.method;
    const body = method === 'GET' || method === 'HEAD' ? undefined : this.body(route);
    const headers = Object.fromEntries(
      HEADERS.filter(() => chance.oneIn(25)).map(([name, values]): [string, string] => [name, chance.pick(values)]),
    );
    const authorization = this.authorization();
    return {
      method,
      path: `${this.path(route)}${this.query(route, body === undefined || chance.oneIn(3))}`,
      headers: {
        ...headers,
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined || chance.oneIn(20)
          ? {}
          : { 'content-type': chance.oneIn(10) ? chance.pick(TYPES) : 'application/json' }),
      },
      body,
    };
  }

  private path(route: Route): string {
    let path = '';
    for (const part of route.path.split(/(:[A-Za-z]\w*|\*|::)/)) {
      // What has been put in place of a type is the collection of the id behind it.
      const isParameter = part === '*' || /^:[A-Za-z]/.test(part);
      // Mostly something else is deleted than what others need.
      const spared = route.method === 'DELETE' && !this.chance.oneIn(6);
      if (isParameter) path += this.pathPart(spared ? '' : collectionOf(path), part === '*');
      else path += part === '::' ? ':' : part;
    }
    return path;
  }

  private pathPart(collection: string, rest: boolean): string {
    const { chance } = this;
    const kind = chance.below(16);
    if (kind === 0) {
      return chance.pick(['%zz', '%00', '%2e%2e', '%2F..%2F', '%ed%a0%80', '..', '.', '%', '%C0%AF', "'"]);
    }
    const likely = kind < 12 ? this.knowledge.likely(collection) : undefined;
    const text = textOf(likely ?? (kind < 14 ? this.knowledge.someValue() : this.value(3))).slice(0, 300);
    const encoded = encodeURIComponent(wellFormed(text));
    return rest && !chance.oneIn(4) ? encoded.replaceAll('%2F', '/') : encoded;
  }

  private query(route: Route, asWanted: boolean): string {
    const { chance } = this;
    const wanted = asWanted ? this.wanted(route) : [];
    const parts = [...wanted, ...this.others(3)].map((name) => {
      const text = wellFormed(textOf(this.valueOf(name, 2)).slice(0, 600));
      return `${name}=${chance.oneIn(20) ? '%zz%00%22[]' : encodeURIComponent(text)}`;
    });
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }

  private authorization(): string | undefined {
    const { chance } = this;
    const kind = chance.below(20);
    if (kind === 0) return undefined;
    if (kind === 1) {
      return chance.pick(['Bearer', 'Bearer ', 'Basic Og==', 'Bearer a b', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'x']);
    }
    return `Bearer ${kind < 15 ? (this.tokens[0] ?? '') : chance.pick(this.tokens)}`;
  }

  private body(route: Route): Buffer {
    const { chance } = this;
    const kind = chance.below(30);
    if (kind === 0) return Buffer.alloc(0);
    if (kind === 1) return Buffer.from(Array.from({ length: chance.below(200) }, () => chance.below(256)));
    if (kind === 2) return Buffer.from(`${'['.repeat(20_000)}${chance.oneIn(2) ? ']'.repeat(20_000) : ''}`);
    if (kind === 3) return Buffer.from(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    if (kind === 4) {
      return Buffer.from('{"name":1e999,"id":-1e999,"count":123456789012345678901234567890,"name":"again"}');
    }
    const fields = [...this.wanted(route), ...this.others(4)].map((name) => [name, this.valueOf(name, 1)]);
    const text = JSON.stringify(kind === 5 ? this.value(0) : Object.fromEntries(fields)) ?? 'null';
    if (this.knowledge.isSacred(text)) return Buffer.from('{}');
    return Buffer.from(kind === 6 ? text.slice(0, chance.below(text.length + 1)) : text);
  }

  /** What the route has asked for, and now and then not all of it. */
  private wanted(route: Route): readonly string[] {
    return this.knowledge.askedBy(route).filter(() => !this.chance.oneIn(10));
  }

  private others(most: number): readonly string[] {
    return Array.from({ length: this.chance.below(most + 1) }, () => this.knowledge.someName());
  }

  private valueOf(name: string, depth: number): unknown {
    if (name === 'statement' && !this.chance.oneIn(4)) return this.chance.pick(STATEMENTS);
    return (this.chance.oneIn(8) ? undefined : this.knowledge.likely(name)) ?? this.value(depth);
  }

  private value(depth: number): unknown {
    const { chance } = this;
    const kind = chance.below(depth > 3 ? 10 : 13);
    if (kind < 4) return chance.pick(VALUES);
    if (kind < 7) return this.knowledge.someValue();
    if (kind < 10) return chance.pick(WORDS);
    if (kind === 10) return Array.from({ length: chance.below(4) }, () => this.value(depth + 1));
    return Object.fromEntries(this.others(5).map((name) => [name, this.valueOf(name, depth + 1)]));
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Half a character becomes the sign for that: it cannot be percent-encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
