import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderBucket } from '../bucket/synthetic-bucket';
import { continueSuite, createSuite } from '../bucket/write-suite';
import { deltaType } from '../parquet/column';
import { DISORDERS, InvalidSynthetic, type Disorder } from './disorder';
import { DEFAULT_START, stepOf } from './history';
import type { SyntheticFolder } from './synthetic-folder';
import { SyntheticSuite, type ExpectedTable } from './synthetic-suite';

const LATER: readonly Disorder[] = ['manifest-rollback', 'pruned-fingerprint'];

/** A thousand folders should not take long. */
const SMALL = { minutes: 600, files: 2, rows: 3, even: true };

interface Entry {
  lastSuccessfulWriteTimestamp: string;
  totalProcessedRecordsCount: number;
  schemaHistory: Record<string, string>;
}

interface Found extends ExpectedTable {
  /** Of the table. */
  readonly path: string;
  readonly entry: Entry;
  /** The folders the suite says it happens in. */
  readonly hit: readonly SyntheticFolder[];
}

/** What must be seen on the disk. */
const CHECKS: Readonly<Record<Exclude<Disorder, 'manifest-rollback' | 'pruned-fingerprint'>, (found: Found) => void>> =
  {
    'update-before-insert': ({ folders }) => {
      const order = arrivals(folders);
      expect([...order.values()].map((changes) => changes.map(({ operation }) => operation).join())).toContainEqual(
        expect.stringMatching(/^4,2/),
      );
    },
    'late-row-after-delete': ({ folders, finalRows }) => {
      const revived = [...arrivals(folders)].filter(([, changes]) => {
        const deleted = changes.findIndex(({ operation }) => operation === 1);
        return (
          deleted >= 0 &&
          changes.slice(deleted + 1).some(({ sequence }) => sequence < (changes[deleted]?.sequence ?? 0n))
        );
      });
      expect(revived.length).toBeGreaterThan(0);
      for (const [id] of revived) expect(finalRows.has(id)).toBe(false);
    },
    'interleaved-fingerprints': ({ entry, path }) => {
      const [old = '', young = ''] = Object.keys(entry.schemaHistory);
      const newest = readdirSync(join(path, old)).sort().at(-1) ?? '';
      expect((readdirSync(join(path, young)).sort()[0] ?? '') < newest).toBe(true);
    },
    'added-column': ({ folders }) => expect(columnsOf(folders)).toEqual([expect.any(Number), expect.any(Number)]),
    'dropped-column': ({ folders }) => {
      const [before = 0, after = 0] = columnsOf(folders);
      expect(after).toBe(before - 1);
    },
    'widened-type': ({ folders }) => expect(changedTypes(folders)).toEqual(['integer to long']),
    'incompatible-type': ({ folders }) => expect(changedTypes(folders)).toEqual(['integer to string']),
    'past-the-fence': ({ entry, path, hit: [folder] }) => {
      expect(Number(folder?.folder)).toBeGreaterThan(Number(entry.lastSuccessfulWriteTimestamp));
      expect(existsSync(join(path, placeOf(folder), '_SUCCESS'))).toBe(true);
    },
    'half-written': ({ entry, path, hit: [folder] }) => {
      expect(folder?.folder).toBe(entry.lastSuccessfulWriteTimestamp);
      expect(readdirSync(join(path, placeOf(folder))).filter((name) => !name.startsWith('part-'))).toEqual([]);
    },
    'missing-metrics': ({ path, hit: [folder] }) =>
      expect(readdirSync(join(path, placeOf(folder)))).not.toContain('.cda'),
    'wrong-metrics': ({ path, hit: [folder] }) => {
      const text = readFileSync(join(path, placeOf(folder), '.cda/batch-metrics.json'), 'utf8');
      expect(JSON.parse(text)).toMatchObject({ numRecordsWritten: (folder?.rows ?? 0) + 3 });
    },
    'empty-folder': ({ path, hit: [folder] }) =>
      expect(readdirSync(join(path, placeOf(folder))).sort()).toEqual(['.cda', '_SUCCESS']),
    'duplicate-folder': ({ folders, hit: [folder] }) => {
      const before = folders[folders.findIndex((known) => known === folder) - 1];
      expect(sequences(folder)).toEqual(sequences(before));
      expect(sequences(folder).length).toBeGreaterThan(0);
    },
    'many-folders': ({ path, entry }) => {
      const [fingerprint = ''] = Object.keys(entry.schemaHistory);
      expect(readdirSync(join(path, fingerprint)).length).toBeGreaterThan(1000);
    },
    'huge-record-count': ({ entry }) => expect(entry.totalProcessedRecordsCount).toBeGreaterThan(2 ** 31),
    'truncated-file': ({ path, hit: [folder] }) => {
      const files = globSync(join(path, placeOf(folder), '*.parquet'));
      const ends = files.map((file) => readFileSync(file).subarray(-4).toString('latin1'));
      expect(ends.filter((end) => end !== 'PAR1')).toHaveLength(1);
    },
    'non-numeric-folder': ({ path, entry }) => {
      const [fingerprint = ''] = Object.keys(entry.schemaHistory);
      expect(readdirSync(join(path, fingerprint))).toEqual(
        expect.arrayContaining(['01712345678901', '_temporary', 'readme.txt']),
      );
    },
  };

describe('disorder in a synthetic suite', () => {
  const roots: string[] = [];
  const newRoot = (): string => {
    const root = mkdtempSync(join(tmpdir(), 'cda-disorder-'));
    roots.push(root);
    return root;
  };
  const entryOf = (root: string): Entry => {
    const manifest = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as Record<string, Entry>;
    const entry = manifest['cc_claim'];
    if (entry === undefined) throw new Error('cc_claim is not in the manifest');
    return entry;
  };
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  });

  it.each(DISORDERS.flatMap((name) => (name in CHECKS ? [name as keyof typeof CHECKS] : [])))(
    'shows on the disk: %s',
    async (name) => {
      const root = newRoot();
      const step = { ...SMALL, disorders: [`${name}@cc_claim`] as const };
      const { suite } = await createSuite(new FolderBucket(root), { seed: 5, tables: 3, step });
      const expected = suite.expected('cc_claim');
      const hit = expected.folders.filter(({ disorders }) => disorders.includes(name));

      CHECKS[name]({ ...expected, hit, path: join(root, 'cc_claim'), entry: entryOf(root) });
    },
  );

  it('is chosen by the seed when no table is named, one table after the other', () => {
    const disorders = DISORDERS.filter((name) => !LATER.includes(name));
    const suite = new SyntheticSuite({ seed: 5, tables: 40, start: DEFAULT_START, steps: [stepOf({ disorders })] });

    expect(suite.disorders(0).size).toBe(disorders.length);
  });

  it.each(LATER)('takes back what was said, so not in a first step: %s', async (name) => {
    const bucket = new FolderBucket(newRoot());
    await expect(createSuite(bucket, { seed: 1, tables: 3, step: { disorders: [name] } })).rejects.toThrow(
      InvalidSynthetic,
    );
  });

  it('rolls a manifest back, for one step', async () => {
    const root = newRoot();
    const bucket = new FolderBucket(root);
    await createSuite(bucket, { seed: 1, tables: 3, step: { even: true } });
    const before = Number(entryOf(root).lastSuccessfulWriteTimestamp);
    await continueSuite(bucket, { disorders: ['manifest-rollback@cc_claim'] });
    const back = Number(entryOf(root).lastSuccessfulWriteTimestamp);
    await continueSuite(bucket, { even: true });

    expect(back).toBeLessThan(before);
    expect(Number(entryOf(root).lastSuccessfulWriteTimestamp)).toBeGreaterThan(before);
  });

  it('prunes fingerprints for good', async () => {
    const root = newRoot();
    const bucket = new FolderBucket(root);
    await createSuite(bucket, { seed: 1, tables: 3 });
    const before = Object.keys(entryOf(root).schemaHistory);
    await continueSuite(bucket, { disorders: ['pruned-fingerprint@cc_claim'] });
    await continueSuite(bucket);

    expect(Object.keys(entryOf(root).schemaHistory)).toHaveLength(1);
    expect(Object.keys(entryOf(root).schemaHistory)).not.toEqual(before);
  });

  it('puts a new schema before folders that may have been read already', async () => {
    const root = newRoot();
    const bucket = new FolderBucket(root);
    await createSuite(bucket, { seed: 1, tables: 3 });
    const fence = Number(entryOf(root).lastSuccessfulWriteTimestamp);
    await continueSuite(bucket, { disorders: ['interleaved-fingerprints@cc_claim'] });
    const [, young = ''] = Object.keys(entryOf(root).schemaHistory);

    expect(Number(readdirSync(join(root, 'cc_claim', young)).sort()[0])).toBeLessThan(fence);
  });

  it('is refused when nobody knows it, or the suite has no such table', async () => {
    const bucket = new FolderBucket(newRoot());
    const create = (text: string): Promise<unknown> =>
      createSuite(bucket, { seed: 1, tables: 3, step: { disorders: [text as Disorder] } });

    await expect(create('earthquake')).rejects.toThrow('There is no disorder earthquake');
    await expect(create('added-column@cc_nothing')).rejects.toThrow('names a table that the suite does not have');
  });
});

function placeOf(folder: SyntheticFolder | undefined): string {
  return `${folder?.fingerprint}/${folder?.folder}`;
}

/** Columns of the first and the last schema. */
function columnsOf(folders: readonly SyntheticFolder[]): number[] {
  const counts = folders.map(({ columns }) => columns.length);
  return [counts[0] ?? 0, counts.at(-1) ?? 0].filter((count, index, all) => index === 0 || count !== all[0]);
}

function changedTypes(folders: readonly SyntheticFolder[]): string[] {
  const [first, last] = [folders[0]?.columns ?? [], folders.at(-1)?.columns ?? []];
  return first.flatMap(({ name, type }) => {
    const now = last.find((column) => column.name === name);
    return now === undefined || now.type === type ? [] : [`${deltaType(type)} to ${deltaType(now.type)}`];
  });
}

/** The changes of each row by its id, in the order they arrive. */
function arrivals(folders: readonly SyntheticFolder[]): Map<bigint, { operation: number; sequence: bigint }[]> {
  const changes = new Map<bigint, { operation: number; sequence: bigint }[]>();
  for (const { columns, files } of folders) {
    const at = (name: string): number => columns.findIndex((column) => column.name === name);
    for (const row of files.flatMap(({ rows }) => rows)) {
      const id = BigInt(row[at('id')] ?? 0);
      const operation = Number(row[at('gwcbi___operation')]);
      const sequence = BigInt(`0x${String(row[at('gwcbi___seqval_hex')])}`);
      changes.set(id, [...(changes.get(id) ?? []), { operation, sequence }]);
    }
  }
  return changes;
}

function sequences(folder: SyntheticFolder | undefined): string[] {
  const index = folder?.columns.findIndex(({ name }) => name === 'gwcbi___seqval_hex') ?? -1;
  return folder?.files.flatMap(({ rows }) => rows.map((row) => String(row[index]))).sort() ?? [];
}
