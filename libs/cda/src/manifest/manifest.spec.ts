import { IngestionRefused } from '../errors';
import { dataFolder } from '../plan/data-folder';
import { parseManifest, type ManifestTable } from './manifest';
import { tableFilter } from './table-names';

const ENTRY = {
  lastSuccessfulWriteTimestamp: '1712345678901',
  totalProcessedRecordsCount: 184220,
  dataFilesPath: 's3://acme-cda-prod/cda/cc_claim',
  schemaHistory: {
    '9f2c51d0a7be4c0e8d1f6a3b5c7e9012': '1709000000123',
    b81e7730c4d94f6aa2e55d0c1b9f3344: '1711900000456',
  },
};

const parse = (manifest: unknown): ReturnType<typeof parseManifest> =>
  parseManifest(Buffer.from(typeof manifest === 'string' ? manifest : JSON.stringify(manifest)), 'manifest.json');

describe('a manifest', () => {
  it('is read table by table, with fingerprints in the order of their history', () => {
    const { tables, rejected } = parse({ cc_claim: { ...ENTRY, schemaHistory: { zz: '9', aa: '10', bb: '10' } } });

    expect(rejected).toEqual([]);
    expect(tables).toEqual([
      {
        table: 'cc_claim',
        fence: 1_712_345_678_901,
        recordsCount: 184_220n,
        dataFilesPath: ENTRY.dataFilesPath,
        fingerprints: [
          { name: 'zz', order: 9n },
          { name: 'aa', order: 10n },
          { name: 'bb', order: 10n },
        ],
      },
    ]);
  });

  it('keeps counts that no double holds, takes numbers for texts, and needs no history', () => {
    const entry = `"lastSuccessfulWriteTimestamp":1712345678901,"dataFilesPath":"s3://b/x"`;
    const { tables } = parse(`{"a":{${entry},"totalProcessedRecordsCount":9007199254740993},"b":{${entry}}}`);

    expect(tables.map(({ recordsCount, fingerprints }) => [recordsCount, fingerprints])).toEqual([
      [9_007_199_254_740_993n, []],
      [0n, []],
    ]);
  });

  it.each([
    ['a name with a path', { '../cc_claim': ENTRY }],
    ['an upper-case name', { CC: ENTRY }],
    ['no object', { a: [] }],
    ['no fence', { a: { ...ENTRY, lastSuccessfulWriteTimestamp: undefined } }],
    ['a fence that is no number', { a: { ...ENTRY, lastSuccessfulWriteTimestamp: '12e3' } }],
    ['a fence beyond time', { a: { ...ENTRY, lastSuccessfulWriteTimestamp: '1'.repeat(17) } }],
    ['no path', { a: { ...ENTRY, dataFilesPath: {} } }],
    ['a history that is a list', { a: { ...ENTRY, schemaHistory: ['x'] } }],
    ['a fingerprint that leaves its folder', { a: { ...ENTRY, schemaHistory: { '../x': '1' } } }],
    ['a fingerprint of two parts', { a: { ...ENTRY, schemaHistory: { 'x/y': '1' } } }],
    ['a fingerprint that is the log', { a: { ...ENTRY, schemaHistory: { _delta_log: '1' } } }],
    ['a fingerprint with a control', { a: { ...ENTRY, schemaHistory: { 'x\ny': '1' } } }],
    ['a time that is none', { a: { ...ENTRY, schemaHistory: { x: 'soon' } } }],
  ])('fails one table, not the others, for %s', (_, bad) => {
    const { tables, rejected } = parse({ good: ENTRY, ...bad });

    expect(tables.map(({ table }) => table)).toEqual(['good']);
    expect(rejected).toMatchObject([{ failure: { code: 'MANIFEST_ENTRY', message: expect.any(String) } }]);
    expect(rejected[0]?.failure.message).not.toMatch(/[\n\r]/);
  });

  it.each(['', 'no json', '[]', '"x"', 'null', '{"a":'])('is none: %j', (text) => {
    expect(() => parse(text)).toThrow(IngestionRefused);
  });

  it('takes names of the language for what they are', () => {
    const { tables } = parse('{"__proto__":{"lastSuccessfulWriteTimestamp":"1","dataFilesPath":"s3://b/x"}}');

    expect(tables).toMatchObject([{ table: '__proto__', fingerprints: [] }]);
    expect(({} as { dataFilesPath?: string }).dataFilesPath).toBeUndefined();
  });
});

describe('names of tables', () => {
  it.each([
    [undefined, undefined, ['cc_claim', 'cctl_state', 'pc_policy']],
    [['cc*'], undefined, ['cc_claim', 'cctl_state']],
    [['c?_claim', 'pc_policy'], undefined, ['cc_claim', 'pc_policy']],
    [undefined, ['*tl_*'], ['cc_claim', 'pc_policy']],
    [['*'], ['*'], []],
    [['*c*_*a*m'], undefined, ['cc_claim']],
    [[], undefined, []],
  ])('are asked for by %j but %j', (include, exclude, expected) => {
    expect(['cc_claim', 'cctl_state', 'pc_policy'].filter(tableFilter(include, exclude))).toEqual(expected);
  });

  it('are left out whatever they are, so that those that cannot be used can be silenced', () => {
    const isWanted = tableFilter(undefined, ['CC-Claim', '../*', '\u00fcber?']);

    expect(['CC-Claim', '../../etc', '\u00fcber\n', 'cc_claim', 'CC-Claims'].filter(isWanted)).toEqual([
      'cc_claim',
      'CC-Claims',
    ]);
    expect(() => tableFilter(undefined, ['a\nb'])).toThrow(IngestionRefused);
    expect(() => tableFilter(['CC-Claim'], undefined)).toThrow(IngestionRefused);
  });

  it('takes no time for many stars, and refuses what is no glob', () => {
    expect(tableFilter(['*a'.repeat(60)], undefined)('a'.repeat(150) + 'b')).toBe(false);
    expect(() => tableFilter(['[a-z]'], undefined)).toThrow(IngestionRefused);
  });
});

describe('the place of a table', () => {
  const at = (dataFilesPath: string): ManifestTable => ({
    ...(parse({ a: { ...ENTRY, dataFilesPath } }).tables[0] as ManifestTable),
  });

  it.each([
    ['s3://bucket/cda/cc_claim', 's3://bucket/cda', undefined, 'cc_claim'],
    ['s3a://bucket/cda/cc_claim/', 's3://bucket', undefined, 'cda/cc_claim'],
    ['s3://theirs/cda/cc_claim', 's3://ours/copy', { from: 's3://theirs/cda/', to: 's3n://ours/copy' }, 'cc_claim'],
    ['s3://theirs/cc_claim', 'file:///lake', { from: 's3://theirs', to: 'file:///lake/' }, 'cc_claim'],
  ])('%s lies below %s', (path, root, rewrite, expected) => {
    expect(dataFolder(at(path), root, rewrite)).toBe(expected);
  });

  it.each([
    ['s3://bucket-2/cda/cc_claim', 's3://bucket', undefined],
    ['s3://bucket/cda', 's3://bucket/cda', undefined],
    ['s3://bucket/cda/../other', 's3://bucket/cda', undefined],
    ['s3://bucket/cda//x', 's3://bucket/cda', undefined],
    ['/etc/passwd', 'file:///lake', undefined],
    ['s3://theirs-too/x', 's3://ours', { from: 's3://theirs', to: 's3://ours' }],
    ['s3://theirs/x', 's3://ours', { from: 's3://theirs', to: 's3://elsewhere' }],
  ])('%s does not lie below %s', (path, root, rewrite) => {
    expect(() => dataFolder(at(path), root, rewrite)).toThrow('not below');
  });
});
