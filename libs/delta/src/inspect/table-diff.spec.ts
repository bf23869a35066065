import { added, column, created, TemporaryLake } from '../testing/temporary-lake';
import { schemaDiff } from './schema-diff';

describe('the difference between two versions', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const counted = (rows: number, size: number) => ({ stats: JSON.stringify({ numRecords: rows }), size });

  it('counts files, bytes and rows that came and went, in either direction', async () => {
    await lake.commit('files', 0, [...created(), added('a', counted(1, 10)), added('b', counted(2, 20))]);
    await lake.commit('files', 1, [added('c', counted(3, 30)), added('passing', counted(9, 90))]);
    await lake.commit('files', 2, [{ remove: { path: 'a', size: 10 } }, { remove: { path: 'passing', size: 90 } }]);
    const table = await lake.open('files');

    expect(await table.diff(0, 2)).toMatchObject({
      from: { version: 0 },
      to: { version: 2 },
      files: { added: 1, removed: 1, addedBytes: 30n, removedBytes: 10n },
      rows: { before: 3n, after: 5n },
      protocol: undefined,
      commits: 2,
    });
    expect((await table.diff(2, 0)).files).toEqual({ added: 1, removed: 1, addedBytes: 10n, removedBytes: 30n });
    expect((await table.diff(1, 1)).files).toEqual({ added: 0, removed: 0, addedBytes: 0n, removedBytes: 0n });
  });

  it('takes a file with another deletion vector for another file', async () => {
    const deletionVector = {
      storageType: 'i',
      pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
      sizeInBytes: 44,
      cardinality: 6,
    };
    await lake.commit('vectors', 0, [...created(), added('a', counted(30, 10))]);
    await lake.commit('vectors', 1, [
      { remove: { path: 'a', size: 10 } },
      added('a', { ...counted(30, 10), deletionVector }),
    ]);

    expect(await (await lake.open('vectors')).diff(0, 1)).toMatchObject({
      files: { added: 1, removed: 1 },
      rows: { before: 30n, after: 24n },
    });
  });

  it('is right where a writer adds a file again that is there, or removes one that is not', async () => {
    await lake.commit('again', 0, [...created(), added('a', counted(1, 10)), added('b', counted(1, 10))]);
    await lake.commit('again', 1, [
      added('a', counted(1, 10)),
      { remove: { path: 'never', size: 5 } },
      added('c', counted(1, 7)),
    ]);

    expect((await (await lake.open('again')).diff(0, 1)).files).toEqual({
      added: 1,
      removed: 0,
      addedBytes: 7n,
      removedBytes: 0n,
    });
  });

  it('tells properties and protocol', async () => {
    await lake.commit('settings', 0, created({ configuration: { stays: '1', changes: 'a', goes: 'x' } }));
    await lake.commit('settings', 1, [
      ...created({
        configuration: { stays: '1', changes: 'b', comes: 'y' },
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['timestampNtz'],
          writerFeatures: ['timestampNtz'],
        },
      }),
    ]);

    const diff = await (await lake.open('settings')).diff(0, 1);

    expect(diff.properties).toEqual({
      added: { comes: 'y' },
      removed: { goes: 'x' },
      changed: { changes: { before: 'a', after: 'b' } },
    });
    expect(diff.protocol).toMatchObject({
      before: { minReaderVersion: 1 },
      after: { minReaderVersion: 3, readerFeatures: ['timestampNtz'] },
    });
  });
});

describe('the difference between two schemas', () => {
  const struct = (...fields: ReturnType<typeof column>[]) => ({ type: 'struct' as const, fields });
  const mapped = (id: number) => ({ 'delta.columnMapping.id': id });

  it('names columns that came, went and changed, inside of others too', () => {
    const before = struct(
      column('id', 'integer'),
      column('old', 'string'),
      column('address', struct(column('city', 'string'), column('zip', 'integer'))),
      column('tags', { type: 'array', elementType: struct(column('key', 'string')), containsNull: true }),
    );
    const after = struct(
      column('id', 'long'),
      column('address', struct(column('city', 'string', { comment: 'where' }), column('street', 'string'))),
      column('tags', {
        type: 'array',
        elementType: struct(column('key', 'string'), column('value', 'long')),
        containsNull: true,
      }),
      column('new', 'date'),
    );

    const diff = schemaDiff(before, after);

    expect(diff.added.map(({ name }) => name).sort()).toEqual(['address.street', 'new', 'tags.element.value']);
    expect(diff.removed.map(({ name }) => name)).toEqual(expect.arrayContaining(['old', 'address.zip']));
    expect(diff.changed.map(({ name }) => name)).toEqual(['id', 'address.city']);
    expect(diff.changed[0]).toMatchObject({ before: { type: 'integer' }, after: { type: 'long' } });
  });

  it('knows a renamed column by its id', () => {
    const diff = schemaDiff(struct(column('a', 'long', mapped(1))), struct(column('b', 'long', mapped(1))));

    expect(diff).toMatchObject({ added: [], removed: [], changed: [{ name: 'b', before: { name: 'a' } }] });
  });

  it('is empty for the same schema', () => {
    const schema = struct(column('a', struct(column('b', 'long'))));

    expect(schemaDiff(schema, structuredClone(schema))).toEqual({ added: [], removed: [], changed: [] });
  });
});
