import { SchemaName } from './schema-name';

describe('the name of a schema', () => {
  it.each([
    ['demo.lake', 'demo', 'lake'],
    ['a.b.c', 'a', 'b.c'],
    ['käse-1._x', 'käse-1', '_x'],
    ['a.%20', 'a', '%20'],
  ])('%s is catalog %s and schema %s', (text, catalog, schema) => {
    const name = SchemaName.parse(text);

    expect([name?.catalog, name?.schema, String(name)]).toEqual([catalog, schema, text]);
  });

  it.each([
    '',
    '.',
    'demo',
    'demo.',
    '.lake',
    '..',
    'demo..',
    'demo...',
    'demo.%2e',
    'demo.%2E%2e',
    '%2e%2E.lake',
    'demo.a/b',
    'a/b.lake',
    'demo.a\\b',
    ' .lake',
    'demo. ',
    'demo.la\nke',
    'demo.la\u0000ke',
    'demo.\ud800',
  ])('%j is none', (text) => {
    expect(SchemaName.parse(text)).toBeUndefined();
  });
});
