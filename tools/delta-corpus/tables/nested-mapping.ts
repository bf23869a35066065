import { add, metaData, protocol, type Field } from '../actions';
import type { Json, Row } from '../parquet';
import type { TableBuilder } from '../table-builder';

const ID = '0f3c6c1e-5f0a-4c58-9d57-000000000005';
const PROPERTIES = { 'delta.columnMapping.mode': 'name', 'delta.columnMapping.maxColumnId': '12' };

/** Column mapping by name over nested columns that were renamed, dropped, and added again under an old name. */
export async function nestedMapping(table: TableBuilder): Promise<void> {
  table.kind = 'nested-column-mapping';
  const first = await table.rows(
    'first.parquet',
    {
      'col-id': 'BIGINT',
      'col-s': 'STRUCT("col-a" INTEGER, "col-b" VARCHAR)',
      'col-l': 'STRUCT("col-x" INTEGER)[]',
      'col-m': 'MAP(VARCHAR, STRUCT("col-y" BIGINT))',
    },
    [
      {
        'col-id': '1',
        'col-s': { 'col-a': 7, 'col-b': 'old' },
        'col-l': [{ 'col-x': 1 }, null],
        'col-m': { k: { 'col-y': '5' } },
      },
      { 'col-id': '2', 'col-s': null, 'col-l': null, 'col-m': null },
    ],
  );
  const second = await table.rows(
    'second.parquet',
    {
      'col-id': 'BIGINT',
      'col-s': 'STRUCT("col-a" INTEGER, "col-b2" INTEGER)',
      'col-l': 'STRUCT("col-x" INTEGER)[]',
      'col-m': 'MAP(VARCHAR, STRUCT("col-y" BIGINT))',
      'col-extra': 'DOUBLE',
    },
    [{ 'col-id': '3', 'col-s': { 'col-a': null, 'col-b2': 9 }, 'col-l': [], 'col-m': {}, 'col-extra': 0.5 }],
  );

  const original = { s: 's', a: 'a', b: 'string', x: 'x', y: 'y', extra: false };
  table.show = shown(original);
  await table.commit([protocol(['columnMapping']), metaData(ID, fields(original), PROPERTIES)]);
  table.add(first);
  await table.commit([add(first)]);

  const renamed = { ...original, a: 'alpha', x: 'id', y: 'why; DROP TABLE t' };
  table.show = shown(renamed);
  await table.commit([metaData(ID, fields(renamed), PROPERTIES)]);

  const dropped = { ...renamed, b: 'none' };
  table.show = shown(dropped);
  await table.commit([metaData(ID, fields(dropped), PROPERTIES)]);

  const again = { ...renamed, b: 'integer', extra: true };
  table.show = shown(again);
  await table.commit([metaData(ID, fields(again), PROPERTIES)]);
  table.add(second);
  await table.commit([add(second)]);

  const last = { ...again, s: 'a', extra: false };
  table.show = shown(last);
  await table.commit([metaData(ID, fields(last), PROPERTIES)]);
}

/** The names of a version. `b` is the type of the column of that name, which was once of another. */
interface Names {
  s: string;
  a: string;
  b: string;
  x: string;
  y: string;
  extra: boolean;
}

function mapped(name: string, type: Json, id: number, physical: string): Field {
  return {
    name,
    type,
    metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${physical}` },
  };
}

function struct(...fieldsOf: Field[]): Json {
  return {
    type: 'struct',
    fields: fieldsOf.map(({ name, type, metadata }) => ({ name, type, nullable: true, metadata: metadata ?? {} })),
  };
}

function fields({ s, a, b, x, y, extra }: Names): Field[] {
  const inner = [mapped(a, 'integer', 3, 'a')];
  if (b === 'string') inner.push(mapped('b', 'string', 4, 'b'));
  if (b === 'integer') inner.push(mapped('b', 'integer', 9, 'b2'));
  const element = struct(mapped(x, 'integer', 6, 'x'));
  const value = struct(mapped(y, 'long', 8, 'y'));
  const all = [
    mapped('id', 'long', 1, 'id'),
    mapped(s, struct(...inner), 2, 's'),
    mapped('l', { type: 'array', elementType: element, containsNull: true }, 5, 'l'),
    mapped('m', { type: 'map', keyType: 'string', valueType: value, valueContainsNull: true }, 7, 'm'),
  ];
  return extra ? [...all, mapped('extra', 'double', 10, 'extra')] : all;
}

/** A row of a file by the names of a version: what its file does not have is null. */
function shown({ a, b, x, y, extra }: Names): (row: Row) => Json[] {
  return (row) => {
    const s = row['col-s'] as Row | null;
    const inner = (stored: Row): Row => ({
      [a]: stored['col-a'] ?? null,
      ...(b === 'string' ? { b: stored['col-b'] ?? null } : {}),
      ...(b === 'integer' ? { b: stored['col-b2'] ?? null } : {}),
    });
    const list = row['col-l'] as readonly (Row | null)[] | null;
    const map = row['col-m'] as Readonly<Record<string, Row>> | null;
    const values = [
      row['col-id'] ?? null,
      s === null ? null : inner(s),
      list === null ? null : list.map((item) => (item === null ? null : { [x]: item['col-x'] ?? null })),
      map === null
        ? null
        : Object.fromEntries(Object.entries(map).map(([key, value]) => [key, { [y]: value['col-y'] ?? null }])),
    ];
    return extra ? [...values, row['col-extra'] ?? null] : values;
  };
}
