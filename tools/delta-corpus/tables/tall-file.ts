import { add, metaData, protocol, remove, type Vector } from '../actions';
import { inline, listed, portable, vectorFile, z85 } from '../deletion-vector';
import type { ModelFile, TableBuilder } from '../table-builder';
import { tallParquet } from '../tall-parquet';

const TWO_TO_32 = 2 ** 32;
const UUID = '7a2d0c2f6b4e4d7f9c8b0e1f203b4c5d';
const LAST_ROWS = 40;

/** A file of more than 2^32 rows, with deleted ones below, at and above that number. */
export async function tallFile(table: TableBuilder): Promise<void> {
  table.kind = 'deletion-vectors-beyond-2^32';
  const tall = tallParquet('id', LAST_ROWS);
  await table.write('tall.parquet', tall.bytes);
  const rows = Array.from({ length: LAST_ROWS }, (_, index) => ({ id: String(tall.firstOfLast + index) }));
  const whole: ModelFile = {
    path: 'tall.parquet',
    size: tall.bytes.length,
    records: tall.rows,
    rows,
    deleted: new Set(),
    deletedRows: 0,
  };
  table.add(whole);
  const fields = [{ name: 'id', type: 'long' }];
  await table.commit([
    protocol(['deletionVectors']),
    metaData('0f3c6c1e-5f0a-4c58-9d57-000000000003', fields, { 'delta.enableDeletionVectors': 'true' }),
    add(whole),
  ]);

  const some = [1, 65_536, TWO_TO_32 - 1, TWO_TO_32, TWO_TO_32 + 3, TWO_TO_32 + 4];
  const data = portable(some);
  const { bytes, offsets } = vectorFile([data]);
  await table.write('deletion_vector_7a2d0c2f-6b4e-4d7f-9c8b-0e1f203b4c5d.bin', bytes);
  const stored: Vector = {
    storageType: 'u',
    pathOrInlineDv: z85(Buffer.from(UUID, 'hex')),
    offset: offsets[0] ?? 0,
    sizeInBytes: data.length,
    cardinality: some.length,
  };
  table.add(hidden(whole, some, tall.firstOfLast));
  await table.commit([remove(whole), add(whole, { deletionVector: stored })]);

  const more = [...some, TWO_TO_32 + 5, TWO_TO_32 + LAST_ROWS - 3];
  const old = inline(listed(more), more.length);
  table.add(hidden(whole, more, tall.firstOfLast));
  await table.commit([remove(whole, { deletionVector: stored }), add(whole, { deletionVector: old, stats: false })]);
}

function hidden(file: ModelFile, rows: readonly number[], firstHeld: number): ModelFile {
  const held = rows.filter((row) => row >= firstHeld).map((row) => row - firstHeld);
  return { ...file, deleted: new Set(held), deletedRows: rows.length };
}
