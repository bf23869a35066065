import { join } from 'node:path';
import { DeltaTable, LocalStorage, tableHealth } from '../index';
import type { CorpusTable } from '../testing/corpus';
import { OpenCorpus } from '../testing/open-corpus';
import { relocated } from '../testing/relocated-storage';

const collected = process.env['LAKESCOPE_DELTA_CORPUS'];
const roots = [join(__dirname, '../../corpus'), ...(collected === undefined ? [] : [collected])];

const KINDS = new Set(['add', 'cdc', 'commitInfo', 'domainMetadata', 'metaData', 'protocol', 'remove', 'txn']);
/** Made to hold an action that nobody knows. */
const WITH_UNKNOWN_ACTIONS = /schema_evolvability/;
/** Its checksum was written for a test of checksums, beside a log that says something else. */
const WITH_A_WRONG_CHECKSUM = /crc-full/;

describe.each(roots)('what is told of the tables in %s', (root) => {
  let corpus: OpenCorpus;

  beforeAll(async () => {
    corpus = await OpenCorpus.open(root);
  });
  afterAll(() => corpus.close());

  const open = ({ path, location }: CorpusTable): Promise<DeltaTable> => {
    const folder = join(root, path);
    const storage = location === undefined ? new LocalStorage(folder) : relocated(folder, location);
    return DeltaTable.open(corpus.engine, storage);
  };

  it('is what differs between neighbouring versions, and between the first and the last', async () => {
    const wrong: string[] = [];
    for (const table of corpus.expecting('ok')) {
      const opened = await open(table);
      const known = corpus.versions.filter(({ path }) => path === table.path).sort((a, b) => a.version - b.version);
      const pairs = known.slice(1).map((after, index) => [known[index], after] as const);
      for (const [before, after] of [...pairs, [known[0], known.at(-1)] as const]) {
        if (before === undefined || after === undefined) continue;
        const { files } = await opened.diff(before.version, after.version);
        const found = [
          before.files + files.added - files.removed,
          before.bytes + files.addedBytes - files.removedBytes,
        ];
        if (found.join() !== [after.files, after.bytes].join()) {
          wrong.push(`${table.path} ${before.version}..${after.version}: ${found.join()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('is every action of every commit', async () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const table of corpus.expecting('ok')) {
      const opened = await open(table);
      for (const { version, filesAdded } of (await opened.history({ limit: 500 })).items) {
        const { actions, total } = await opened.rawLog(version, { limit: 10_000 });
        const added = actions.filter(({ kind }) => kind === 'add').length;
        const unknown = actions.filter(({ kind }) => !KINDS.has(kind) && !WITH_UNKNOWN_ACTIONS.test(table.path));
        for (const { text, isCut } of actions) if (!isCut) JSON.parse(text);
        seen += actions.length;
        if (total !== actions.length || added !== filesAdded || unknown.length > 0) {
          wrong.push(`${table.path} ${version}: ${total} actions, ${added} added files, ${unknown[0]?.kind}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(10);
  }, 120_000);

  it('is a health without false alarms', async () => {
    const wrong: string[] = [];
    for (const table of corpus.expecting('ok').filter(({ path }) => !WITH_A_WRONG_CHECKSUM.test(path))) {
      const opened = await open(table);
      const snapshot = await opened.snapshot();
      const { findings } = await tableHealth(opened, snapshot, { name: 't', checkFiles: true });
      const bad = findings.filter(({ severity }) => severity === 'bad');
      wrong.push(...bad.map(({ code, detail }) => `${table.path}: ${code} ${detail}`));
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
