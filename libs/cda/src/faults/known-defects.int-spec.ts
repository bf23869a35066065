import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chance, type DisorderAt, type Step } from '@lakescope/cda-synthetic';
import type { RunEvent } from '../run/run-options';
import type { SourceObject } from '../source/source-store';
import { LocalSource } from '../source/local-source';
import { optimize } from '../testing/optimize';
import { rawLog } from '../testing/raw-log';
import { SyntheticIngestions, type SyntheticIngestion } from '../testing/synthetic-ingestion';

const EVEN: Partial<Step> = { minutes: 600, folders: 6, files: 3, rows: 3, even: true };
const TABLE = 'cc_claim';

/** What readers of change data are known to have got wrong, one test each. */
describe('an ingestion', () => {
  let ingestions: SyntheticIngestions;
  beforeAll(async () => {
    ingestions = await SyntheticIngestions.open();
  });
  afterAll(() => ingestions.close());

  const given = (name: string, ...disorders: DisorderAt[]): Promise<SyntheticIngestion> =>
    ingestions.create(name, { seed: 4, tables: 3, step: { ...EVEN, disorders } });
  const log = (ingestion: SyntheticIngestion): ReturnType<typeof rawLog> => rawLog(join(ingestion.target, TABLE));

  it('reads nothing past the fence, and misses nothing of it later', async () => {
    const ingestion = await given('fence', `past-the-fence@${TABLE}`);
    await ingestion.run();
    await ingestion.check();
    const before = log(ingestion).length;

    await ingestion.next({ ...EVEN, folders: 1 });
    await ingestion.run();

    await ingestion.check();
    expect(log(ingestion).length).toBe(before + 2);
  });

  it('keeps the rows of older schemas in the current version', async () => {
    const ingestion = await given('overwrite', `added-column@${TABLE}`);
    await ingestion.run();

    await ingestion.check();
    expect(log(ingestion).flatMap(({ removes }) => removes)).toEqual([]);
  });

  it('reads a new schema’s folders that are older than what was read of the old one', async () => {
    const ingestion = await given('watermark');
    await ingestion.run();
    const newest = log(ingestion).at(-1)?.folder?.split('/')[1] ?? '';
    await ingestion.next({ ...EVEN, disorders: [`interleaved-fingerprints@${TABLE}`] });
    await ingestion.run();

    const young = log(ingestion).find(({ columns, version }) => version > 0 && columns !== undefined);
    expect(Number(young?.folder?.split('/')[1])).toBeLessThan(Number(newest));
    await ingestion.check();
  });

  it('knows how far it is after somebody rewrote the table', async () => {
    const ingestion = await given('optimized');
    await ingestion.run();
    for (let round = 0; round < 6; round += 1) await optimize(ingestions.directory, ingestion, new Chance(round));
    const before = ingestion.suite.tables.map(({ name }) => rawLog(join(ingestion.target, name)).length);

    const { outcome } = await ingestion.run();

    expect(outcome).toBe('unchanged');
    expect(ingestion.suite.tables.map(({ name }) => rawLog(join(ingestion.target, name)).length)).toEqual(before);
    await ingestion.check();
  });

  it('passes a folder without files, and tells of it', async () => {
    const ingestion = await given('empty', `empty-folder@${TABLE}`);
    const events: RunEvent[] = [];
    await ingestion.run({ onEvent: (event) => void events.push(event) });

    const told = events.flatMap((event) => (event.type === 'folder-done' ? event.result.warnings : []));
    expect(told.map(({ code }) => code)).toContain('EMPTY_FOLDER');
    await ingestion.check();
  });

  it('leaves names alone that are no folders of change data, and tells of them', async () => {
    const ingestion = await given('stray', `non-numeric-folder@${TABLE}`);
    const { tables } = await ingestion.run();

    const { warnings, outcome } = tables.find(({ table }) => table === TABLE) ?? {};
    expect(outcome).toBe('completed');
    expect(warnings?.find(({ code }) => code === 'UNKNOWN_NAMES')?.message).toMatch(/_temporary.*readme\.txt/);
    await ingestion.check();
  });

  it('goes on with a new schema when nothing is left of the old one', async () => {
    const ingestion = await given('drained');
    await ingestion.run();
    await ingestion.next({ ...EVEN, disorders: [`added-column@${TABLE}`] });
    const { outcome } = await ingestion.run();

    expect(outcome).toBe('completed');
    await ingestion.check();
  });

  it('fails a table whose listing breaks off, moves no cursor past what it has not seen, and goes on later', async () => {
    const ingestion = await given('listing');
    const { tables } = await ingestion.run({ source: new BrokenListing(ingestion.source, 9) });
    const failed = tables.filter(({ outcome }) => outcome === 'failed');

    expect(failed.map(({ table, failure }) => [table, failure?.code])).toContainEqual([TABLE, 'UNEXPECTED']);
    await ingestion.run();
    await ingestion.check();
  });

  it('says that VACUUM would take the files of the source, in the run and on the table', async () => {
    const ingestion = await given('vacuum');
    const events: RunEvent[] = [];
    await ingestion.run({ onEvent: (event) => void events.push(event) });

    const told = events.flatMap((event) => (event.type === 'warning' ? [event.warning.code] : []));
    const first = readFileSync(join(ingestion.target, TABLE, '_delta_log', `${'0'.padStart(20, '0')}.json`), 'utf8');
    expect(told).toContain('REFERENCED_FILES');
    expect(first).toContain('never run VACUUM');
  });

  it('tells the rows and bounds of every file in the log', async () => {
    const ingestion = await given('statistics');
    await ingestion.run();

    const folder = join(ingestion.target, TABLE, '_delta_log');
    const lines = log(ingestion).flatMap(({ version }) =>
      readFileSync(join(folder, `${String(version).padStart(20, '0')}.json`), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    const adds = lines.flatMap((line) => {
      const { add } = JSON.parse(line) as { add?: { stats: string; modificationTime: number; size: number } };
      return add === undefined ? [] : [add];
    });
    expect(adds.length).toBeGreaterThan(6);
    for (const { stats, modificationTime } of adds) {
      const { numRecords, minValues, maxValues } = JSON.parse(stats) as Record<string, unknown>;
      expect(numRecords).toBeGreaterThan(0);
      expect([minValues, maxValues]).toEqual([
        expect.objectContaining({ id: expect.any(Number) as number }),
        expect.anything(),
      ]);
      // Milliseconds: a thousand times as much would be after the year 50,000.
      expect(Math.abs(modificationTime - Date.now())).toBeLessThan(86_400_000);
    }
  });

  it('brings a new schema and its first rows in one commit, with every column nullable', async () => {
    const ingestion = await given('one-commit', `added-column@${TABLE}`, `widened-type@${TABLE}`);
    await ingestion.run();

    const changes = log(ingestion).filter(({ columns }) => columns !== undefined);
    expect(changes.map(({ folder, adds }) => [folder !== undefined, adds.length > 0])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(changes.flatMap(({ columns }) => columns?.filter(({ nullable }) => !nullable))).toEqual([]);
  });

  it('refuses a table whose files the manifest says to be elsewhere, and reads it with a rewrite of the path', async () => {
    const ingestion = await given('elsewhere');
    const file = join(ingestion.source, 'manifest.json');
    const written = `file://${ingestion.source}`;
    const manifest = readFileSync(file, 'utf8');
    writeFileSync(file, manifest.replaceAll(written, 's3://s3-prod-cda/cda'));

    const refused = await ingestion.run();
    const { outcome } = await ingestion.run({ pathRewrite: { from: 's3://s3-prod-cda/cda', to: written } });

    expect(refused.tables.map(({ failure }) => failure?.code)).toEqual(Array(3).fill('PATH_OUTSIDE_SOURCE'));
    expect(outcome).toBe('completed');
    writeFileSync(file, manifest);
    await ingestion.check();
  });
});

/** A source whose listing of each folder breaks off after some objects. */
class BrokenListing extends LocalSource {
  constructor(
    folder: string,
    private readonly after: number,
  ) {
    super(folder);
  }

  override async *list(
    folder: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<SourceObject> {
    let count = 0;
    for await (const object of super.list(folder, options)) {
      if (count >= this.after) throw new Error('The listing broke off');
      count += 1;
      yield object;
    }
  }
}
