import { writeParquet } from '../parquet/tiny-parquet';
import { DEFAULT_START, stepOf, type History, type Step } from '../suite/history';
import { InvalidSynthetic } from '../suite/disorder';
import { SyntheticSuite } from '../suite/synthetic-suite';
import type { SyntheticFolder } from '../suite/synthetic-folder';
import type { TableFacts } from '../suite/table-mark';
import type { SyntheticBucket } from './synthetic-bucket';

/** Beside the manifest: says that the data is invented, and how to make more of it. */
export const LABEL = 'SYNTHETIC.json';
const ABOUT =
  'Invented data in the layout of Guidewire Cloud Data Access, for demonstrations and tests. Nothing in it is of a real insurer.';
const FOLDERS_IN_FLIGHT = 12;

/** A new suite; its first step is as `step` says. */
export interface NewSuite {
  readonly seed: number;
  readonly tables: number;
  /** Epoch milliseconds; 2026-01-05 when left out, so that the same seed gives the same bytes. */
  readonly start?: number;
  readonly step?: Partial<Step>;
}

/** What a step has written, and the suite that says what a reader must find. */
export interface WrittenStep {
  readonly suite: SyntheticSuite;
  readonly folders: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Writes a new suite with its first step. Throws InvalidSynthetic. */
export function createSuite(bucket: SyntheticBucket, { seed, tables, start, step }: NewSuite): Promise<WrittenStep> {
  return writeLastStep(bucket, { seed, tables, start: start ?? DEFAULT_START, steps: [stepOf(step ?? {})] });
}

/** Writes what happens next in a bucket that `createSuite` made; its manifest then knows of it. Throws InvalidSynthetic. */
export async function continueSuite(bucket: SyntheticBucket, step: Partial<Step> = {}): Promise<WrittenStep> {
  const { history } = await openSuite(bucket);
  return writeLastStep(bucket, { ...history, steps: [...history.steps, stepOf(step)] });
}

/** The suite of a bucket, to ask what a reader must find. Throws InvalidSynthetic when it holds none. */
export async function openSuite(bucket: SyntheticBucket): Promise<SyntheticSuite> {
  const text = await bucket.get(LABEL);
  if (text === undefined) throw new InvalidSynthetic(`${bucket.uri} holds no synthetic suite: there is no ${LABEL}`);
  const { history } = JSON.parse(text) as { history: History };
  return new SyntheticSuite(history);
}

/** Folder by folder, each complete before its `_SUCCESS`; the manifest when all are there. */
async function writeLastStep(bucket: SyntheticBucket, history: History): Promise<WrittenStep> {
  const suite = new SyntheticSuite(history);
  const last = history.steps.length - 1;
  const total = { folders: 0, files: 0, rows: 0, bytes: 0 };
  const entries: (readonly [string, TableFacts])[] = [];
  const pool = new Pool(FOLDERS_IN_FLIGHT);
  for (const sketch of suite.tables) {
    const stream = suite.stream(sketch);
    for (let step = 0; step <= last; step += 1) {
      for (const folder of stream.folders(step)) {
        if (step < last) continue;
        total.folders += 1;
        total.files += folder.files.length;
        total.rows += folder.rows;
        await pool.run(async () => {
          total.bytes += await writeFolder(bucket, folder);
        });
      }
    }
    if (suite.disorders(last).get(sketch.name)?.includes('non-numeric-folder') === true) {
      const [fingerprint] = Object.keys(stream.facts.schemaHistory);
      await writeStrayFiles(bucket, `${sketch.name}/${fingerprint}`);
    }
    entries.push([sketch.name, stream.facts]);
  }
  await pool.end();
  await bucket.put(LABEL, `${JSON.stringify({ about: ABOUT, history }, undefined, 2)}\n`);
  await bucket.put('manifest.json', JSON.stringify(manifestOf(bucket.uri, entries)));
  return { suite, ...total };
}

async function writeFolder(bucket: SyntheticBucket, folder: SyntheticFolder): Promise<number> {
  const path = `${folder.table}/${folder.fingerprint}/${folder.folder}`;
  let bytes = 0;
  for (const { name, rows, truncated } of folder.files) {
    const whole = writeParquet(folder.columns, rows);
    const file = truncated ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
    bytes += file.length;
    await bucket.put(`${path}/${name}`, file);
  }
  if (folder.metrics !== undefined) {
    await bucket.put(`${path}/.cda/batch-metrics.json`, JSON.stringify(metricsOf(folder, folder.metrics)));
  }
  if (folder.complete) await bucket.put(`${path}/_SUCCESS`, '');
  return bytes;
}

function metricsOf(folder: SyntheticFolder, written: number): Record<string, string | number> {
  return {
    tableName: folder.table,
    schemaId: folder.fingerprint,
    batchTimestamp: folder.folder,
    numRecordsRead: written,
    numRecordsWritten: written,
    numRecordsDropped: 0,
  };
}

/** What other tools leave behind: a folder that is no time, one that nearly is, and a file among folders. */
async function writeStrayFiles(bucket: SyntheticBucket, path: string): Promise<void> {
  await bucket.put(`${path}/_temporary/part-00000-stray.snappy.parquet`, 'not parquet at all');
  await bucket.put(`${path}/01712345678901/part-00000-stray.snappy.parquet`, 'not parquet at all');
  await bucket.put(`${path}/readme.txt`, 'a file beside the folders');
}

/** Some entries end in a slash, as real ones do. */
function manifestOf(uri: string, entries: readonly (readonly [string, TableFacts])[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([table, facts], index) => [
      table,
      {
        lastSuccessfulWriteTimestamp: facts.lastSuccessfulWriteTimestamp,
        totalProcessedRecordsCount: facts.totalProcessedRecordsCount,
        dataFilesPath: `${uri}/${table}${index % 5 === 4 ? '/' : ''}`,
        schemaHistory: facts.schemaHistory,
      },
    ]),
  );
}

/** A few at once; a failure ends everything. */
class Pool {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly size: number) {}

  async run(work: () => Promise<void>): Promise<void> {
    while (this.running.size >= this.size) await Promise.race(this.running);
    const promise = work();
    this.running.add(promise);
    const done = (): boolean => this.running.delete(promise);
    // A failure stays among the running, where whoever comes next meets it.
    promise.then(done, () => undefined);
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
  }
}
