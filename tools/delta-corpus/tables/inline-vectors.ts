import { add, metaData, protocol, remove } from '../actions';
import { inline, listed, portable } from '../deletion-vector';
import { without, type TableBuilder } from '../table-builder';

const COLUMNS = { id: 'BIGINT' };

/** Deletion vectors in the log itself, in both layouts, up to one that leaves nothing of its file. */
export async function inlineVectors(table: TableBuilder): Promise<void> {
  table.kind = 'inline-deletion-vectors';
  const a = await table.rows('a.parquet', COLUMNS, ids(0, 10));
  table.add(a);
  const fields = [{ name: 'id', type: 'long' }];
  await table.commit([
    protocol(['deletionVectors']),
    metaData('0f3c6c1e-5f0a-4c58-9d57-000000000001', fields, { 'delta.enableDeletionVectors': 'true' }),
    add(a),
  ]);

  const first = inline(portable([3, 4, 7]), 3);
  table.add(without(a, [3, 4, 7]));
  await table.commit([remove(a), add(a, { deletionVector: first })]);

  const second = inline(listed([0, 3, 4, 7, 9]), 5);
  table.add(without(a, [0, 3, 4, 7, 9]));
  await table.commit([add(a, { deletionVector: second }), remove(a, { deletionVector: first })]);

  const b = await table.rows('b.parquet', COLUMNS, ids(100, 5));
  table.add(b);
  await table.commit([add(b, { stats: false })]);

  const all = inline(portable([0, 1, 2, 3, 4]), 5);
  table.add(without(b, [0, 1, 2, 3, 4]));
  await table.commit([remove(b), add(b, { deletionVector: all, stats: false })]);

  table.remove(b.path);
  await table.commit([remove(b, { deletionVector: all })]);
}

export function ids(from: number, count: number): { id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: String(from + index) }));
}
