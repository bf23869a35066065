import { add, metaData, protocol } from '../actions';
import type { TableBuilder } from '../table-builder';

const FIELDS = [
  { name: 'id', type: 'long' },
  { name: 'v', type: 'variant' },
];

/** The names a and b. */
const NAMES = `'\\x01\\x02\\x00\\x01\\x02ab'::BLOB`;

/** Variants as files hold them: plain structs of binaries, annotated, shredded, and shredded without a word about it. */
export async function variants(table: TableBuilder): Promise<void> {
  table.kind = 'variants';
  await table.commit([
    protocol(['variantType', 'variantShredding']),
    metaData('0f3c6c1e-5f0a-4c58-9d57-000000000007', FIELDS),
  ]);

  const plain = await table.query(
    'plain.parquet',
    `SELECT id::BIGINT AS id, CASE WHEN v IS NULL THEN NULL ELSE {'value': v, 'metadata': ${NAMES}} END AS v FROM (VALUES
      (0, '\\x02\\x01\\x00\\x00\\x02\\x0C\\x07'::BLOB), (1, '\\x00'::BLOB), (2, NULL), (3, '\\x0Dstr'::BLOB),
      (4, '\\x18\\x01\\x00\\x00\\x00\\x00\\x00\\x20\\x00'::BLOB), (5, '\\x20\\x02\\xE2\\x04\\x00\\x00'::BLOB),
      (6, '\\x1C\\x00\\x00\\x00\\x00\\x00\\x00\\xF8\\x7F'::BLOB)) AS t(id, v)`,
    [
      { id: '0', v: { a: 7 } },
      { id: '1', v: null },
      { id: '2', v: null },
      { id: '3', v: 'str' },
      { id: '4', v: '9007199254740993' },
      { id: '5', v: '12.50' },
      { id: '6', v: 'NaN' },
    ],
  );
  table.add(plain);
  await table.commit([add(plain)]);

  const shredded = await table.query(
    'shredded.parquet',
    `SELECT 10::BIGINT AS id, {'a': 1, 'b': 'x'}::VARIANT AS v UNION ALL SELECT 11, {'a': 'text'}::VARIANT
      UNION ALL SELECT 12, 'no object'::VARIANT UNION ALL SELECT 13, NULL ORDER BY id`,
    [
      { id: '10', v: { a: 1, b: 'x' } },
      { id: '11', v: { a: 'text' } },
      { id: '12', v: 'no object' },
      { id: '13', v: null },
    ],
    `, SHREDDING {'v': 'STRUCT(a INTEGER)'}`,
  );
  table.add(shredded);
  await table.commit([add(shredded)]);

  const silent = await table.query(
    'silent.parquet',
    `SELECT id::BIGINT AS id, {'metadata': ${NAMES}, 'value': rest, 'typed_value': CASE WHEN a IS NULL AND rest IS NULL THEN NULL
        ELSE {'a': {'value': NULL::BLOB, 'typed_value': a::BIGINT}} END} AS v
      FROM (VALUES (20, NULL::BLOB, 5), (21, '\\x02\\x01\\x01\\x00\\x02\\x0C\\x08'::BLOB, 6), (22, NULL::BLOB, NULL)) AS t(id, rest, a)`,
    [
      { id: '20', v: { a: 5 } },
      { id: '21', v: { a: 6, b: 8 } },
      { id: '22', v: null },
    ],
  );
  table.add(silent);
  await table.commit([add(silent)]);
}
