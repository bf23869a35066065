import { rowsCsv, rowsJson } from './rows-text';

const columns = [{ name: 'id' }, { name: 'a "b"' }];

describe('rows as text', () => {
  it('tells NULL from the empty text in CSV, and quotes what has to be', () => {
    const csv = rowsCsv(columns, [
      ['9007199254740993', null],
      [1, ''],
      [2, 'a,"b"\n'],
      [3, { x: [1] }],
    ]);
    expect(csv).toBe('id,"a ""b"""\r\n9007199254740993,\r\n1,""\r\n2,"a,""b""\n"\r\n3,"{""x"":[1]}"\r\n');
  });

  it('keeps types, digits and columns of one name in JSON', () => {
    const json = rowsJson([{ name: 'id' }, { name: 'id' }], [['9007199254740993', null]]);
    expect(JSON.parse(json)).toEqual([{ id: '9007199254740993', 'id 2': null }]);
  });
});
