import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.1/unity-catalog';
const BODY: Readonly<Record<string, unknown>> = {
  ...{ name: 'x', catalog_name: 'demo', schema_name: 'lake', comment: '', owner: 'admins', properties: {} },
  ...{
    table_type: 'MANAGED',
    data_source_format: 'DELTA',
    storage_location: '',
    volume_type: 'MANAGED',
  },
  columns: [{ name: 'id', type_name: 'LONG', type_text: 'bigint', type_json: '"long"', position: 0, nullable: true }],
  ...{ table_id: 'x', operation: 'READ' },
};
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    -1,
    1e308,
    '',
    ' ',
    '\u0000',
    '../../etc',
    "' OR 1=1 --",
    '数据 🌊 \u202e',
    'x'.repeat(5000),
    '.',
    'a.b',
  ],
  ...[[], [[[]]], [null], {}, { type: {} }, { constructor: { prototype: {} } }, '__proto__', '{"type":"struct"}'],
  ...[
    's3://lakescope-lake/../..',
    's3://',
    'file:///%2e%2e/%2e%2e/etc',
    'file://host/x',
    '/Volumes/demo/lake/files/%00',
  ],
];
/** What is changed, so that everything else stays. */
const VICTIMS: Readonly<Record<string, string>> = {
  [`${ROOT}/catalogs/`]: 'victim',
  [`${ROOT}/schemas/`]: 'demo.victim',
  [`${ROOT}/volumes/`]: 'demo.lake.victim',
  [`${ROOT}/tables/`]: 'demo.lake.x',
  [`${ROOT}/functions/`]: 'demo.lake.x',
};
const ROUTES: readonly [method: string, path: string][] = [
  ...['catalogs', 'schemas', 'volumes', 'tables', 'functions'].flatMap((kind): [string, string][] => [
    ['POST', `${ROOT}/${kind}`],
    ['PATCH', `${ROOT}/${kind}/`],
    ['DELETE', `${ROOT}/${kind}/`],
    ['GET', `${ROOT}/${kind}/`],
    ['GET', `${ROOT}/${kind}`],
  ]),
  ['GET', `${ROOT}/table-summaries`],
  ['POST', '/api/2.0/unity-catalog/temporary-table-credentials'],
];

describe('garbage sent to Unity Catalog', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    await workspace.createCatalog('victim');
    await workspace.createSchema('demo', 'victim');
    await workspace.createVolume('demo', 'lake', 'victim');
    await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);
  });
  afterAll(() => stop());

  it.each(ROUTES)('%s %s is answered or refused, and never fails', async (method, path) => {
    const { token } = workspace.personas.admin;
    const failures: unknown[] = [];
    const send = async (target: string, body?: unknown) => {
      const text = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await ask(workspace, target, { method, token, ...text });
      if (answer.status >= 500) failures.push([target, body, answer.text]);
      if (answer.status >= 400) expect(answer.json()).toHaveProperty('error_code');
    };

    for (const value of VALUES) {
      const encoded = encodeURIComponent(typeof value === 'string' ? value.slice(0, 900) : JSON.stringify(value));
      if (method === 'GET' || method === 'DELETE') {
        for (const name of ['schema_name', 'max_results', 'page_token', 'table_name_pattern']) {
          await send(
            `${path}${path.endsWith('/') ? encoded : ''}?catalog_name=demo&schema_name=lake&${name}=${encoded}`,
          );
        }
      } else {
        const target = path.endsWith('/') ? `${path}${VICTIMS[path] ?? ''}` : path;
        await send(target, { new_name: value });
        await send(target, value);
        for (const field of Object.keys(BODY)) {
          await send(target, { ...BODY, [field]: value });
          if (path.endsWith('functions')) await send(target, { function_info: { ...BODY, [field]: value } });
          const columns = [{ name: 'id', type_name: 'LONG', type_text: 'bigint', type_json: value }];
          if (path.endsWith('tables') && field === 'columns') await send(target, { ...BODY, name: 'json', columns });
        }
        await send(target, { ...BODY, name: 'outside', table_type: 'EXTERNAL', storage_location: value });
      }
    }

    expect(failures).toEqual([]);
  });
});
