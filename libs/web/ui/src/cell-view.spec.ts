import { cellView } from './cell-view';

describe('cellView', () => {
  it('tells NULL from the text that reads the same', () => {
    expect(cellView(null, 'string')).toMatchObject({ kind: 'null', text: 'null', exact: '' });
    expect(cellView('null', 'string')).toMatchObject({ kind: 'text', text: 'null', exact: 'null' });
  });

  it('shows the empty string as two quotes', () => {
    expect(cellView('', 'string')).toMatchObject({ kind: 'empty', text: '""', exact: '' });
  });

  it('keeps the digits of longs and decimals as they came', () => {
    expect(cellView('9223372036854775807', 'long')).toMatchObject({ kind: 'number', exact: '9223372036854775807' });
    expect(cellView('0.10', 'decimal(10,2)')).toMatchObject({ kind: 'number', text: '0.10' });
  });

  it.each([
    ['9223372036854775807', '9,223,372,036,854,775,807'],
    [-12345, '-12,345'],
    [2006, '2006'],
    ['-1234567.50', '-1,234,567.50'],
    ['0', '0'],
    ['-0', '-0'],
    [1e21, '1e+21'],
  ])('groups the digits of %s for reading and copies it as it came', (value, text) => {
    expect(cellView(value, 'decimal(38,2)')).toEqual({ kind: 'number', text, exact: String(value) });
  });

  it.each(['NaN', 'Infinity', '-Infinity'])('spells %s out', (value) => {
    expect(cellView(value, 'double')).toMatchObject({ kind: 'special-number', text: value });
  });

  it('does not take the text NaN of a string column for a number', () => {
    expect(cellView('NaN', 'string').kind).toBe('text');
  });

  it.each([
    ['2001-01-01T00:01:00.000000Z', '2001-01-01 00:01:00Z'],
    ['2001-01-01T00:01:00.120000Z', '2001-01-01 00:01:00.12Z'],
    ['2001-01-01T00:01:00.000001', '2001-01-01 00:01:00.000001'],
  ])('shows the time %s without empty fractions, and copies it whole', (value, text) => {
    expect(cellView(value, 'timestamp')).toEqual({ kind: 'time', text, exact: value });
  });

  it('says how many bytes a binary value has', () => {
    expect(cellView('AQID', 'binary').text).toBe('3 B · AQID');
    expect(cellView('AQI=', 'binary').text).toBe('2 B · AQI=');
    expect(cellView('', 'binary').text).toBe('0 B · ');
  });

  it('prints nested values as JSON', () => {
    expect(cellView({ a: [1, null] }, 'struct<a: array<long>>')).toMatchObject({
      kind: 'nested',
      text: '{"a":[1,null]}',
    });
  });
});
