import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InspectorApp, volume, type Json } from './testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';

const field = (name: string, type: unknown, metadata: Json = {}, nullable = true): Json => ({
  ...{ name, type, nullable, metadata },
});
const struct = (...fields: Json[]): Json => ({ type: 'struct', fields });
const mapped = (id: number, physicalName: string): Json => ({
  'delta.columnMapping.id': id,
  'delta.columnMapping.physicalName': physicalName,
});

describe('the schema of a table over HTTP', () => {
  let inspector: InspectorApp;

  beforeAll(async () => {
    inspector = await InspectorApp.start();
    await inspector.stack.volume('shop.sales.tables');
  });

  afterAll(() => inspector.stop());

  /** A log of one commit, as another engine would write it. */
  async function given(name: string, schema: Json, domains: Json[] = []): Promise<Json> {
    const log = join(inspector.stack.workspace.volumeDirectory('shop', 'sales', 'tables'), name, '_delta_log');
    await mkdir(log, { recursive: true });
    const writerFeatures = ['domainMetadata', 'clustering', 'columnMapping'];
    const actions = [
      { protocol: { minReaderVersion: 2, minWriterVersion: 7, writerFeatures } },
      {
        metaData: {
          id: name,
          format: { provider: 'parquet', options: {} },
          schemaString: JSON.stringify(schema),
          partitionColumns: [],
          configuration: { 'delta.columnMapping.mode': 'name' },
        },
      },
      ...domains.map((domainMetadata) => ({ domainMetadata })),
    ];
    await writeFile(
      join(log, `${'0'.repeat(20)}.json`),
      actions.map((action) => `${JSON.stringify(action)}\n`).join(''),
    );
    const { status, body } = await inspector.post('/schema', { source: volume(`${TABLES}/${name}`) });
    expect(status).toBe(200);
    return body;
  }

  it('has what is said of nested fields, and the columns it is clustered by, in their order', async () => {
    const city = field('city', 'string', { ...mapped(3, 'col-c'), comment: 'where', CURRENT_DEFAULT: "'x'" }, false);
    const body = await given(
      'clustered',
      struct(
        field('id', 'long', mapped(1, 'col-a')),
        field('address', struct(city), mapped(2, 'col-b')),
        field('tags', { type: 'array', elementType: struct(field('name', 'string')), containsNull: false }),
      ),
      [
        {
          domain: 'delta.clustering',
          configuration: JSON.stringify({ clusteringColumns: [['col-b', 'col-c'], ['col-a']] }),
          removed: false,
        },
      ],
    );

    expect(body['columns']).toMatchObject([
      { name: 'id', clustering_index: 1, fields: [] },
      {
        name: 'address',
        clustering_index: null,
        physical_name: 'col-b',
        fields: [
          {
            name: 'city',
            type: 'string',
            nullable: false,
            comment: 'where',
            physical_name: 'col-c',
            clustering_index: 0,
            metadata: { CURRENT_DEFAULT: "'x'", 'delta.columnMapping.id': 3 },
          },
        ],
      },
      {
        name: 'tags',
        type: 'array<struct<name: string>>',
        fields: [{ name: 'element', type: 'struct<name: string>', nullable: false, fields: [{ name: 'name' }] }],
      },
    ]);
  });

  it('of a thousand levels has all of them, in an answer that does not grow with their square', async () => {
    let deepest = struct(field('f0', 'long', { comment: 'the deepest' }));
    for (let level = 1; level <= 1_000; level++) deepest = struct(field(`f${level}`, deepest));

    const body = await given('deep', deepest);

    let [next] = body['columns'] as Json[];
    let levels = 0;
    for (; (next?.['fields'] as Json[]).length > 0; levels++) [next] = next?.['fields'] as Json[];
    expect([levels, next?.['comment']]).toEqual([1_000, 'the deepest']);
    expect(JSON.stringify(body).length).toBeLessThan(700_000);
  });
});
