import type { StructType } from '@lakescope/delta';
import { mergeColumns, TypeCannotWiden } from './merge-schema';

const column = (name: string, type: string): { name: string; type: string } => ({ name, type });
const typed = (type: string): StructType => mergeColumns(undefined, [column('c', type)]).schema;

describe('the schema of a table after new files', () => {
  it('is that of the files for a new table, with every column nullable', () => {
    const merged = mergeColumns(undefined, [column('id', 'long'), column('At', 'timestamp_ntz')]);

    expect(merged.schema).toEqual({
      type: 'struct',
      fields: [
        { name: 'id', type: 'long', nullable: true, metadata: {} },
        { name: 'At', type: 'timestamp_ntz', nullable: true, metadata: {} },
      ],
    });
    expect(merged).toMatchObject({ changes: [], needsTypeWidening: false, needsTimestampNtz: true });
  });

  it('is the same object when the files bring nothing new, whatever the case and the order of their columns', () => {
    const { schema } = mergeColumns(undefined, [column('id', 'long'), column('name', 'string')]);
    expect(mergeColumns(schema, [column('NAME', 'string'), column('ID', 'long')]).schema).toBe(schema);
  });

  it('appends new columns and keeps those that the files no longer have', () => {
    const { schema } = mergeColumns(undefined, [column('id', 'long'), column('gone', 'string')]);
    const merged = mergeColumns(schema, [column('new', 'date'), column('id', 'long')]);

    expect(merged.schema.fields.map(({ name }) => name)).toEqual(['id', 'gone', 'new']);
    expect(merged.changes).toEqual([{ column: 'new', kind: 'added', to: 'date' }]);
    expect(schema.fields).toHaveLength(2);
  });

  it.each([
    ['integer', 'long'],
    ['byte', 'short'],
    ['short', 'integer'],
    ['byte', 'long'],
    ['float', 'double'],
    ['decimal(10,2)', 'decimal(12,2)'],
    ['decimal(10,2)', 'decimal(12,4)'],
  ])('widens %s to %s and remembers it as the protocol says', (from, to) => {
    const merged = mergeColumns(typed(from), [column('C', to)]);

    expect(merged.changes).toEqual([{ column: 'c', kind: 'widened', from, to }]);
    expect(merged.needsTypeWidening).toBe(true);
    expect(merged.schema.fields).toEqual([
      { name: 'c', type: to, nullable: true, metadata: { 'delta.typeChanges': [{ fromType: from, toType: to }] } },
    ]);
  });

  it('adds to the history of a column that is widened again, and needs nothing for files of its older types', () => {
    const once = mergeColumns(typed('short'), [column('c', 'integer')]).schema;
    const twice = mergeColumns(once, [column('c', 'long')]).schema;

    expect(twice.fields[0]?.metadata['delta.typeChanges']).toEqual([
      { fromType: 'short', toType: 'integer' },
      { fromType: 'integer', toType: 'long' },
    ]);
    expect(mergeColumns(twice, [column('c', 'short')])).toEqual({
      schema: twice,
      changes: [],
      needsTypeWidening: true,
      needsTimestampNtz: false,
    });
  });

  it('names files narrower than a table that never was: readers expect only types of the history', () => {
    const merged = mergeColumns(typed('long'), [column('c', 'integer')]);

    expect(merged.changes).toEqual([{ column: 'c', kind: 'widened', from: 'integer', to: 'long' }]);
    expect(merged.schema.fields[0]).toMatchObject({
      type: 'long',
      metadata: { 'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }] },
    });
    expect(mergeColumns(merged.schema, [column('c', 'integer')]).schema).toBe(merged.schema);
  });

  it.each([
    ['string', 'long'],
    ['integer', 'double'],
    ['long', 'decimal(20,0)'],
    ['date', 'timestamp'],
    ['timestamp', 'timestamp_ntz'],
    ['decimal(10,2)', 'decimal(10,4)'],
    ['decimal(10,4)', 'decimal(12,2)'],
    ['boolean', 'byte'],
  ])('refuses %s and %s, with the column and both types', (from, to) => {
    const merge = (): unknown => mergeColumns(typed(from), [column('C', to)]);

    expect(merge).toThrow(TypeCannotWiden);
    expect(merge).toThrow(expect.objectContaining({ column: 'c', from, to }));
  });

  it('refuses a column of the table that is nested', () => {
    const nested: StructType = {
      type: 'struct',
      fields: [{ name: 'c', type: { type: 'struct', fields: [] }, nullable: true, metadata: {} }],
    };
    expect(() => mergeColumns(nested, [column('c', 'long')])).toThrow('Column c is struct<> in the table and long');
  });
});
