import { InvalidRequest } from '../errors';
import type { JsonValue } from '../schema/types';
import type { FilesQuery, Filter, Snapshot } from '../table/snapshot';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';

const VECTOR = {
  storageType: 'u',
  pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
  offset: 4,
  sizeInBytes: 40,
  cardinality: 6,
};

function stats(numRecords: number, min: JsonValue, max: JsonValue, more: { [key: string]: JsonValue } = {}): string {
  return JSON.stringify({ numRecords, minValues: { id: min }, maxValues: { id: max }, nullCount: { id: 0 }, ...more });
}

describe.each([
  { where: 'in memory', largeFiles: 1_000 },
  { where: 'in DuckDB', largeFiles: 0 },
])('the files of a version, $where,', ({ largeFiles }) => {
  let lake: TemporaryLake;
  let snapshot: Snapshot;

  beforeAll(async () => {
    lake = await TemporaryLake.open({ largeFiles });
    await lake.commit('t', 0, [
      ...created({ fields: [column('id', 'long'), column('Country', 'string')], partitionColumns: ['Country'] }),
      added('d', { partitionValues: { Country: 'de' }, size: 10, modificationTime: 4, stats: stats(10, 1, 10) }),
      added('b', { partitionValues: { Country: 'fr' }, size: 30, modificationTime: 2, stats: stats(5, 11, 15) }),
      added('c', { partitionValues: { Country: 'de' }, size: 20 * 1024 * 1024, modificationTime: 3 }),
      added('a', {
        partitionValues: { Country: '' },
        size: 30,
        modificationTime: 1,
        stats: stats(20, 16, 35),
        deletionVector: VECTOR,
      }),
    ]);
    snapshot = await (await lake.open('t')).snapshot();
  });
  afterAll(() => lake.close());

  async function paths(query: FilesQuery): Promise<string> {
    return (await snapshot.files(query)).items.map(({ path }) => path).join(' ');
  }

  it('come page by page in byte order of their paths, with how many there are', async () => {
    expect(await paths({})).toBe('a b c d');
    expect(await paths({ limit: 2, offset: 1 })).toBe('b c');
    expect((await snapshot.files({ limit: 2, offset: 4 })).total).toBe(4);
    expect(await paths({ limit: 0 })).toBe('');
  });

  it('come by size, time and records, equals by path, and those without a count last', async () => {
    expect(await paths({ sort: { by: 'path', descending: true } })).toBe('d c b a');
    expect(await paths({ sort: { by: 'size' } })).toBe('d a b c');
    expect(await paths({ sort: { by: 'size', descending: true } })).toBe('c a b d');
    expect(await paths({ sort: { by: 'modified' } })).toBe('a b c d');
    expect(await paths({ sort: { by: 'records' } })).toBe('b d a c');
    expect(await paths({ sort: { by: 'records', descending: true } })).toBe('a d b c');
  });

  it('are found by partition, whatever the case of the name, and null is a value', async () => {
    expect(await paths({ partition: { country: 'de' } })).toBe('c d');
    expect(await paths({ partition: { Country: null } })).toBe('a');
    await expect(snapshot.files({ partition: { id: '1' } })).rejects.toThrow(InvalidRequest);
  });

  it('are left out only where statistics or partition values exclude a filter', async () => {
    const where = (...filters: Filter[]): Promise<string> => paths({ where: filters });
    expect(await where({ column: 'id', op: '=', value: '12' })).toBe('b c');
    expect(await where({ column: 'id', op: '>', value: 15 })).toBe('a b c');
    expect(await where({ column: 'id', op: '<=', value: 10 })).toBe('c d');
    expect(await where({ column: 'id', op: 'in', value: [3, 40] })).toBe('c d');
    expect(await where({ column: 'id', op: 'between', value: [12, 20] })).toBe('a b c');
    expect(await where({ column: 'id', op: 'is_null' })).toBe('c');
    expect(await where({ column: 'id', op: '!=', value: 12 })).toBe('a b c d');
    expect(await where({ column: 'Country', op: '!=', value: 'de' })).toBe('b');
    expect(await where({ column: 'country', op: 'is_null' })).toBe('a');
    expect(await where({ column: 'Country', op: 'like', value: 'd%' }, { column: 'id', op: '<', value: 5 })).toBe(
      'c d',
    );
    expect((await snapshot.files({ where: [{ column: 'id', op: '=', value: '12' }], limit: 1 })).total).toBe(2);
  });

  it('are summed up by size, partition and what they tell', async () => {
    const { sizeHistogram, partitions, ...rest } = await snapshot.fileSummary();

    expect(sizeHistogram).toHaveLength(18);
    expect(sizeHistogram.filter(({ files }) => files > 0)).toEqual([
      { fromBytes: 0, toBytes: 16 * 1024, files: 3, bytes: 70n },
      { fromBytes: 16 * 1024 ** 2, toBytes: 32 * 1024 ** 2, files: 1, bytes: BigInt(20 * 1024 ** 2) },
    ]);
    expect(sizeHistogram.at(-1)).toMatchObject({ fromBytes: 1024 ** 3, toBytes: undefined });
    expect(partitions).toEqual([
      { values: { Country: 'de' }, files: 2, bytes: BigInt(20 * 1024 ** 2 + 10), rows: undefined, deletedRows: 0n },
      { values: { Country: 'fr' }, files: 1, bytes: 30n, rows: 5n, deletedRows: 0n },
      { values: { Country: null }, files: 1, bytes: 30n, rows: 14n, deletedRows: 6n },
    ]);
    expect(rest).toEqual({
      partitionCount: 3,
      withoutStats: 1,
      withDeletionVector: 1,
      deletedRows: 6n,
      smallFiles: 3,
      absolutePaths: 0,
    });
  });
});
