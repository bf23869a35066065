import { randomInt } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROUTES: readonly [method: string, path: string][] = [
  ['GET', '/oidc/v1/authorize'],
  ['POST', '/oidc/v1/token'],
  ['GET', '/api/2.0/preview/scim/v2/Users'],
  ['POST', '/api/2.0/preview/scim/v2/Users'],
  ['PUT', '/api/2.0/preview/scim/v2/Users/4810250004'],
  ['PATCH', '/api/2.0/preview/scim/v2/Users/4810250004'],
  ['GET', '/api/2.0/preview/scim/v2/Groups'],
  ['POST', '/api/2.0/preview/scim/v2/Groups'],
  ['PUT', '/api/2.0/preview/scim/v2/Groups/4810260003'],
  ['PATCH', '/api/2.0/preview/scim/v2/Groups/4810260003'],
  ['POST', '/api/2.0/preview/scim/v2/ServicePrincipals'],
  ['GET', '/api/2.0/apps'],
  ['GET', '/api/2.0/apps/'],
  ['POST', '/api/2.0/token/create'],
  ['POST', '/api/2.0/token/delete'],
  ['GET', '/api/2.1/unity-catalog/catalogs'],
  ['GET', '/api/2.1/unity-catalog/volumes/'],
  ['GET', '/api/2.1/unity-catalog/permissions/catalog/demo'],
  ['PATCH', '/api/2.1/unity-catalog/permissions/catalog/demo'],
  ['GET', '/api/2.1/unity-catalog/effective-permissions/schema/'],
  ['GET', '/api/2.0/fs/directories/Volumes/demo/'],
  ['GET', '/api/2.0/fs/files/Volumes/demo/'],
  ['POST', '/api/2.0/serving-endpoints'],
  ['PUT', '/api/2.0/serving-endpoints/chat/config'],
  ['PUT', '/api/2.0/serving-endpoints/chat/ai-gateway'],
  ['PATCH', '/api/2.0/serving-endpoints/chat/tags'],
  ['POST', '/serving-endpoints/chat/invocations'],
  ['POST', '/serving-endpoints/chat/completions'],
  ['POST', '/.local/faults'],
];

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  ' ',
  '\u0000',
  '../../etc/passwd',
  "' OR 1=1 --",
  '数据 🌊 \u202e',
  'x'.repeat(5000),
  [],
  [[[[]]]],
  [null],
  {},
  { value: {} },
  { constructor: { prototype: {} } },
  { toString: 1, valueOf: 1, length: -1 },
];
const NAMES = [
  'userName displayName active name members value Operations op path schemas id changes principal add remove scopes comment',
  'lifetime_seconds token_id grant_type code scope client_id filter startIndex count sortBy attributes max_results page_token',
  'redirect_uri state code_challenge messages role content model max_tokens served_entities entity_name config status times headers body pathPrefix toString hasOwnProperty',
]
  .join(' ')
  .split(' ');

/** The same garbage for the same seed, so that a failure can be had again. */
class Garbage {
  constructor(private state: number) {}

  below(limit: number): number {
    // The minimal standard generator of Park and Miller.
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  value(depth = 0): unknown {
    const kind = this.below(depth > 3 ? 4 : 8);
    if (kind < 4) return VALUES[this.below(VALUES.length)];
    if (kind === 4) return [this.value(depth + 1), this.value(depth + 1)];
    return Object.fromEntries(Array.from({ length: 3 }, () => [this.pick(NAMES), this.value(depth + 1)]));
  }

  query(): string {
    const parts = Array.from({ length: this.below(5) }, () => {
      const text = JSON.stringify(this.value()) ?? '';
      return `${this.pick(NAMES)}=${this.below(2) === 0 ? encodeURIComponent(text).slice(0, 900) : '%zz%00"[]'}`;
    });
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }

  body(): string {
    const text = JSON.stringify(this.value()) ?? '';
    return this.below(6) === 0 ? text.slice(0, this.below(text.length + 1)) : text;
  }
}

describe('garbage', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createServingEndpoint({
      name: 'chat',
      config: { served_entities: [{ entity_name: 'system.ai.lakescope-local-chat' }] },
    });
  });
  afterAll(() => stop());

  it('is refused, and never with a 500 or without an answer', async () => {
    const seed = randomInt(1, 2_147_483_646);
    const garbage = new Garbage(seed);
    const types = ['application/json', 'application/scim+json', 'application/x-www-form-urlencoded', 'text/plain'];
    const failed: string[] = [];

    for (let round = 0; round < 1500; round += 1) {
      const [method, path] = garbage.pick(ROUTES);
      const tail = path.endsWith('/') ? encodeURIComponent(String(JSON.stringify(garbage.value()))).slice(0, 900) : '';
      const target = `${path}${tail}${garbage.query()}`;
      const body = method === 'GET' ? undefined : garbage.body();
      const answer: Answer = await ask(workspace, target, {
        method,
        token: workspace.personas.admin.token,
        headers: body === undefined ? {} : { 'content-type': garbage.pick(types) },
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status >= 500 || answer.status === 0)
        failed.push(`${answer.status} ${method} ${target} ${String(body)}`);
      // A planned fault would answer in place of what is tried here.
      workspace.faults.clear();
    }

    expect({ seed, failed }).toEqual({ seed, failed: [] });
    expect(({} as Record<string, unknown>)['value']).toBeUndefined();
    const me = await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token: workspace.personas.admin.token });
    expect(me.status).toBe(200);
  });

  it('in headers is refused', async () => {
    const headers: Record<string, string>[] = [
      { authorization: `Bearer ${'x'.repeat(10_000)}` },
      { authorization: `Basic ${Buffer.from('no colon').toString('base64')}` },
      { authorization: '\u00ff\u00fe' },
      { 'x-local-persona': '__proto__' },
      { 'content-type': 'application/json; charset=\u00ff' },
      { 'content-length': '5', 'content-type': 'application/json' },
    ];

    const answers = await Promise.all(
      headers.map((header) => ask(workspace, '/oidc/v1/token', { method: 'POST', headers: header, body: '{"a":' })),
    );

    expect(answers.map(({ status }) => status >= 400 && status < 500)).toEqual(headers.map(() => true));
  });

  it('that is nested ten thousand deep is refused', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;

    const answers = await Promise.all(
      [
        ['POST', '/api/2.0/preview/scim/v2/Groups'],
        ['PATCH', '/api/2.1/unity-catalog/permissions/catalog/demo'],
        ['POST', '/.local/faults'],
      ].map(([method = '', path = '']) =>
        ask(workspace, path, { method, token: workspace.personas.admin.token, body: deep }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('that stops in the middle of a body harms nobody else', async () => {
    await new Promise<void>((resolve) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: workspace.port,
        method: 'POST',
        path: '/api/2.0/token/create',
        headers: { 'content-type': 'application/json', 'content-length': '1000' },
      });
      request.on('error', () => resolve());
      request.write('{"comment":', () => request.destroy(new Error('gone')));
    });

    const me = await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token: workspace.personas.admin.token });
    expect(me.status).toBe(200);
  });
});
