import { add, metaData, protocol, remove } from '../actions';
import { portable, vectorFile, z85 } from '../deletion-vector';
import { without, type TableBuilder } from '../table-builder';
import { ids } from './inline-vectors';

const LOCATION = '/lakescope-corpus/absolute-paths';
const UUID = '6f1c9b1e5a3d4c6e8b7a9d0e1f2a3b4c';

/** Files of the table and their deletion vectors by absolute paths, in all spellings of a local one. */
export async function absolutePaths(table: TableBuilder): Promise<void> {
  table.kind = 'absolute-paths';
  table.location = LOCATION;
  const a = await table.rows('a b.parquet', { id: 'BIGINT' }, ids(0, 6));
  const b = await table.rows('part=%/b.parquet', { id: 'BIGINT' }, ids(10, 4));
  table.add(a);
  await table.commit([
    protocol(['deletionVectors']),
    metaData('0f3c6c1e-5f0a-4c58-9d57-000000000002', [{ name: 'id', type: 'long' }]),
    add(a, { path: `file:${LOCATION}/a%20b.parquet` }),
  ]);

  table.add(b);
  await table.commit([add(b, { path: `${LOCATION}/part=%25/b.parquet` })]);

  await table.commit([remove(a, { path: `file://${LOCATION}/a%20b.parquet` }), add(a, { path: 'a%20b.parquet' })]);

  const data = [portable([1, 2]), portable([0])];
  const { bytes, offsets } = vectorFile(data);
  await table.write('vectors here/two.bin', bytes);
  const vectors = data.map((one, index) => ({
    storageType: 'p',
    pathOrInlineDv: `file://localhost${LOCATION}/vectors%20here/two.bin`,
    offset: offsets[index] ?? 0,
    sizeInBytes: one.length,
    cardinality: 2 - index,
  }));
  table.add(without(a, [1, 2]));
  table.add(without(b, [0]));
  await table.commit([
    remove(a, { path: `${LOCATION}/a%20b.parquet` }),
    add(a, { path: 'a%20b.parquet', deletionVector: vectors[0] }),
    remove(b, { path: `file:${LOCATION}/part=%25/b.parquet` }),
    add(b, { path: 'part=%25/b.parquet', deletionVector: vectors[1] }),
  ]);

  const relative = vectorFile([portable([3])]);
  await table.write(`ab/deletion_vector_${dashed(UUID)}.bin`, relative.bytes);
  const third = {
    storageType: 'u',
    pathOrInlineDv: `ab${z85(Buffer.from(UUID, 'hex'))}`,
    offset: relative.offsets[0] ?? 0,
    sizeInBytes: portable([3]).length,
    cardinality: 1,
  };
  table.add(without(b, [3]));
  await table.commit([
    remove(b, { path: `${LOCATION}/part=%25/b.parquet`, deletionVector: vectors[1] }),
    add(b, { path: `dbfs:${LOCATION}/part=%25/b.parquet`, deletionVector: third }),
  ]);
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
