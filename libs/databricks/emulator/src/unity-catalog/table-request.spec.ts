import { tableRequest } from './table-request';

const ID = { name: 'id', type_name: 'LONG', type_text: 'bigint' };
const TABLE = {
  ...{ name: 'orders', catalog_name: 'demo', schema_name: 'lake', table_type: 'MANAGED', data_source_format: 'DELTA' },
  columns: [ID],
};

describe('a request for a table', () => {
  it('has its columns in order, and may leave out what is optional', () => {
    const columns = [
      { ...ID, name: 'b', position: 1 },
      { ...ID, name: 'a', position: 0, nullable: false },
    ];

    expect(tableRequest({ ...TABLE, columns })).toMatchObject({
      ...{ name: 'orders', schemaName: 'demo.lake', comment: '', properties: {} },
      columns: [
        { name: 'a', nullable: false },
        { name: 'b', nullable: true },
      ],
    });
  });

  it.each([
    ['a name with a slash', { name: 'a/b' }],
    ['a name with a period', { name: 'a.b' }],
    ['no name', { name: null }],
    ['another format', { data_source_format: 'CSV' }],
    ['a view', { table_type: 'VIEW' }],
    ['columns that are no list', { columns: { id: 'long' } }],
    ['a column without type', { columns: [{ name: 'id' }] }],
    ['two columns of a name', { columns: [ID, { ...ID, name: 'ID' }] }],
  ])('is refused with %s', (_what, change) => {
    expect(() => tableRequest({ ...TABLE, ...change })).toThrow(expect.objectContaining({ status: 400 }));
  });
});
