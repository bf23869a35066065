import { DeltaError, TableCorrupt, UnsupportedTableFeature } from './index';
import { parseVersions } from './testing/corpus';
import { OpenCorpus } from './testing/open-corpus';

const root = process.env['LAKESCOPE_DELTA_CORPUS'];

/** Both have one file by two spellings of its path, added by one and removed by the other, so nothing is left to fail on. */
const SPELLED_TWICE = /golden__canonicalized-paths-/;

describe('the versions of a corpus', () => {
  it('are read by column names', () => {
    expect(
      parseVersions('table\tversion\tactive_files\tactive_bytes\trows_from_log\nbasic/t/delta\t3\t2\t99\t\n'),
    ).toEqual([{ path: 'basic/t/delta', version: 3, files: 2, bytes: 99n, rows: undefined }]);
  });
});

if (root !== undefined) {
  describe('real tables that cannot be read', () => {
    let corpus: OpenCorpus;

    beforeAll(async () => {
      corpus = await OpenCorpus.open(root);
    });
    afterAll(() => corpus.close());

    it('whose files are not there show everything but their rows', async () => {
      const found: string[] = [];
      for (const table of corpus.expecting('log-only').filter((one) => !SPELLED_TWICE.test(one.path))) {
        const opened = await corpus.table(table);
        const snapshot = await opened.snapshot();
        const history = await opened.history({ limit: 1_000 });
        const { items } = await snapshot.files();
        const views = [snapshot.version, snapshot.schema.fields.length > 0, items.length, history.items.length > 0];
        const code = await codeOf(snapshot.preview({ limit: 10 }));
        if (views.join() !== [table.version, true, table.files, true].join())
          found.push(`${table.path}: ${views.join()}`);
        if (!['TABLE_CORRUPT', 'UNSUPPORTED_TABLE_FEATURE'].includes(code)) found.push(`${table.path}: ${code}`);
      }
      expect(found).toEqual([]);
      expect(corpus.expecting('log-only')).not.toHaveLength(0);
    }, 120_000);

    it('that are broken say what is missing', async () => {
      const found: string[] = [];
      for (const table of corpus.expecting('error')) {
        const opened = await corpus.table(table);
        const error = await errorOf(opened.snapshot());
        const missing = error instanceof TableCorrupt ? error.missing : String(error);
        found.push(`${table.path.replace(/^.*__/, '')}: ${missing}`);
        // What each commit says is still there to be seen.
        if ((await opened.history()).items.length === 0) found.push(`${table.path}: no history`);
      }
      expect(found.sort()).toEqual([
        'deltalog-commit-info/delta: metaData with a schema',
        'deltalog-state-reconstruction-from-checkpoint-missing-metadata/delta: metaData',
        'deltalog-state-reconstruction-from-checkpoint-missing-protocol/delta: protocol',
        'deltalog-state-reconstruction-without-protocol/delta: protocol',
        'versions-not-contiguous/delta: version 1',
      ]);
    }, 120_000);

    it('that a catalog manages show their metadata and refuse their rows by the name of the feature', async () => {
      const found: string[] = [];
      for (const table of corpus.expecting('refuse-or-warn')) {
        const snapshot = await (await corpus.table(table)).snapshot();
        const error = await errorOf(snapshot.preview({ limit: 10 }));
        const features = error instanceof UnsupportedTableFeature ? error.features.join() : String(error);
        const isShown = snapshot.version === table.version && snapshot.numFiles === table.files;
        found.push(`${table.path.replace(/^.*__/, '')}: ${isShown} ${features}`);
      }
      expect(found.sort()).toEqual([
        'catalog_managed_0/delta: true catalogManaged',
        'table_d/delta: true catalogOwned',
        'table_h/delta: true catalogOwned',
      ]);
    }, 120_000);
  });
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return undefined;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await errorOf(work);
  return error instanceof DeltaError ? error.code : String(error);
}
