import type { JsonValue } from '../schema/types';
import { TemporaryLake } from '../testing/temporary-lake';

const schema = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] };
const created: JsonValue[] = [
  { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: [] } },
  {
    metaData: {
      id: 'a',
      format: { provider: 'parquet', options: {} },
      schemaString: JSON.stringify(schema),
      partitionColumns: [],
      configuration: {},
      createdTime: 0,
    },
  },
];

const file = (hidden: number, stats: boolean) => ({
  path: 'a.parquet',
  partitionValues: {},
  size: 10,
  modificationTime: 0,
  dataChange: true,
  ...(stats ? { stats: '{"numRecords":100}' } : {}),
  ...(hidden === 0
    ? {}
    : {
        deletionVector: { storageType: 'u', pathOrInlineDv: 'x'.repeat(20), sizeInBytes: 40, cardinality: hidden },
      }),
});

describe('history', () => {
  let lake: TemporaryLake;

  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  it.each([
    ['hides rows', 1, 4, '0', '3'],
    ['shows hidden rows again', 4, 1, '3', '0'],
  ])(
    'counts what a deletion vector %s, also where the removed file tells no row count',
    async (name, before, after, added, removed) => {
      await lake.commit(name, 0, [...created, { add: file(before, true) }]);
      await lake.commit(name, 1, [{ remove: file(before, false) }, { add: file(after, true) }]);

      const { items } = await (await lake.open(name)).history();

      expect([items[0]?.rowsAdded, items[0]?.rowsRemoved]).toEqual([BigInt(added), BigInt(removed)]);
    },
  );

  it('says nothing of removed rows when a removed file tells no row count', async () => {
    await lake.commit('unknown', 0, [...created, { add: file(0, true) }]);
    await lake.commit('unknown', 1, [{ remove: file(0, false) }]);

    const { items } = await (await lake.open('unknown')).history();

    expect([items[0]?.rowsAdded, items[0]?.rowsRemoved]).toEqual([0n, undefined]);
  });
});
