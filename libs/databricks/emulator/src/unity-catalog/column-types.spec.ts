import type { DataType, StructField } from '@lakescope/delta';
import { columnInfosOf, partitionColumnsOf, structFieldsOf } from './column-types';

const field = (type: DataType, more: Partial<StructField> = {}): StructField => ({
  ...{ name: 'c', type, nullable: true, metadata: {} },
  ...more,
});

describe('columns of Unity Catalog', () => {
  it.each<[DataType, string, string]>([
    ['long', 'LONG', 'bigint'],
    ['integer', 'INT', 'int'],
    ['byte', 'BYTE', 'tinyint'],
    ['timestamp_ntz', 'TIMESTAMP_NTZ', 'timestamp_ntz'],
    ['decimal(38,18)', 'DECIMAL', 'decimal(38,18)'],
    [{ type: 'array', elementType: 'short', containsNull: true }, 'ARRAY', 'array<smallint>'],
    [{ type: 'map', keyType: 'string', valueType: 'integer', valueContainsNull: true }, 'MAP', 'map<string,int>'],
    [{ type: 'struct', fields: [field('long'), field('void', { name: 'd' })] }, 'STRUCT', 'struct<c:bigint,d:void>'],
    ['interval day to second', 'INTERVAL', 'interval day to second'],
  ])('say %j as %s and %s, and are read back the same', (type, name, text) => {
    const fields = [field(type, { nullable: false, metadata: { comment: 'why' } })];

    const columns = columnInfosOf(fields);

    expect(columns).toMatchObject([{ type_name: name, type_text: text, nullable: false, comment: 'why', position: 0 }]);
    expect(structFieldsOf(columns)).toEqual(fields);
  });

  it('know digits of decimals and places of partition columns', () => {
    const columns = columnInfosOf(
      [field('decimal(10,2)'), field('date', { name: 'b' }), field('date', { name: 'a' })],
      [...['a', 'b']],
    );

    expect(columns[0]).toMatchObject({ type_precision: 10, type_scale: 2 });
    expect(columns[0]).not.toHaveProperty('partition_index');
    expect(partitionColumnsOf(columns)).toEqual(['a', 'b']);
  });

  it.each<[object, DataType]>([
    [{ type_name: 'LONG', type_text: 'bigint' }, 'long'],
    [{ type_name: 'DECIMAL', type_text: 'decimal(10, 2)' }, 'decimal(10,2)'],
    [{ type_name: 'INT', type_text: 'int', type_json: '"integer"' }, 'integer'],
    [{ type_name: 'INT', type_text: 'int', type_json: 'integer' }, 'integer'],
    [{ type_name: 'INT', type_text: 'int', type_json: '{"type":{"type":"array"}}' }, 'integer'],
    [{ type_name: 'STRUCT', type_text: 'struct<a:int>', type_json: 'broken' }, 'struct<a:int>'],
  ])('that clients describe by %j have the type %j', (column, type) => {
    expect(structFieldsOf([{ name: 'c', ...column }])).toEqual([field(type)]);
  });
});
