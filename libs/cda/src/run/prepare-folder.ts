import { StorageChanged, type ExistingFile } from '@lakescope/delta';
import { failureOf, PoisonedFolder } from '../errors';
import { BadDataFile } from '../footer/bad-data-file';
import type { FileFacts } from '../footer/parquet-footer';
import { readFacts } from '../footer/read-facts';
import { parseBatchMetrics, reconcile } from '../metrics/batch-metrics';
import type { ListedFolder } from '../plan/list-folders';
import { encodedRelativePath, encodedUri } from '../source/paths';
import type { SourceObject, SourceStore } from '../source/source-store';
import type { IngestionOptions, IngestionWarning, Reconciliation } from './run-options';
import { Slotted, type Slots } from './slots';

const LARGEST_METRICS = 2 ** 20;

/** Columns that files of a folder have; most have the same. */
export interface FolderColumns {
  /** The same for the same columns. */
  readonly key: string;
  readonly columns: FileFacts['columns'];
}

/** A folder whose files were looked at, and copied where they are to be, so that only the commit is left. */
export interface PreparedFolder {
  readonly listed: ListedFolder;
  /** Files with rows. */
  readonly files: readonly ExistingFile[];
  readonly columns: readonly FolderColumns[];
  readonly rows: bigint;
  readonly reconciliation: Reconciliation;
  readonly expectedRows: bigint | undefined;
  readonly warnings: readonly IngestionWarning[];
  readonly startedAt: number;
}

/** Looks at the files of a folder. PoisonedFolder when one of them cannot be part of a table. */
export async function prepareFolder(
  options: Pick<IngestionOptions, 'source' | 'target' | 'mode'> & { readonly copyRoot: string },
  table: string,
  listed: ListedFolder,
  slots: Slots,
  signal: AbortSignal,
): Promise<PreparedFolder> {
  const startedAt = performance.now();
  const { source } = options;
  refuseUnfit(listed);
  const looking = new Slotted(slots);
  const metrics = looking.run(() => readMetrics(source, listed, signal));
  const read = listed.files.map((file) => looking.run(() => factsOf(source, file, signal)));
  await looking.ended();
  const [facts, found] = await Promise.all([Promise.all(read), metrics]);
  const columns = new Map<string, FileFacts['columns']>();
  const files: ExistingFile[] = [];
  const copying = new Slotted(slots);
  let rows = 0n;
  for (const [index, file] of listed.files.entries()) {
    const fact = facts[index];
    if (fact === undefined) continue;
    rows += fact.rows;
    const key = keyOf(fact.columns);
    if (!columns.has(key)) columns.set(key, fact.columns);
    // Spark writes a file without rows into nearly every folder: it tells columns and nothing else.
    if (fact.rows === 0n) continue;
    const { sizeBytes, modifiedAt } = file;
    const place = placeOf(options, listed, file);
    if (place.copyTo !== undefined) {
      const { copyTo } = place;
      void copying.run(() => options.target.copy(source, file, table, copyTo, signal));
    }
    files.push({ path: place.path, sizeBytes, modifiedAt, numRecords: fact.rows, stats: fact.stats });
  }
  await copying.ended();
  const { expectedRows, warning } = found;
  const reconciliation = reconcile(rows, found.metrics);
  return {
    listed,
    files,
    columns: [...columns].map(([key, each]) => ({ key, columns: each })),
    rows,
    reconciliation,
    expectedRows,
    warnings: [
      ...listed.warnings,
      ...(warning === undefined ? [] : [warning]),
      ...(reconciliation === 'MISMATCH' ? [mismatch(rows, expectedRows)] : []),
      ...(listed.files.length === 0 ? [EMPTY_FOLDER] : []),
    ],
    startedAt,
  };
}

/** A folder with links in it is not what its writer made; one from which names went away while it was listed is looked at again. */
function refuseUnfit({ unfit }: ListedFolder): void {
  if (unfit === undefined) return;
  if (unfit.unfit === 'gone') throw new StorageChanged(unfit.path);
  const path = JSON.stringify(unfit.path.slice(-300));
  throw new PoisonedFolder({
    code: unfit.unfit === 'link' ? 'SYMBOLIC_LINK' : 'NO_FILE',
    message: `${path} is ${unfit.unfit === 'link' ? 'a symbolic link, which is not followed' : 'neither a file nor a folder'}`,
    advice: 'Put the file itself in its place, and retry the folder.',
  });
}

/** Footers with the same columns share one list of them, so that its text is made once and not for each file. */
const keys = new WeakMap<FileFacts['columns'], string>();

function keyOf(columns: FileFacts['columns']): string {
  let key = keys.get(columns);
  if (key === undefined) keys.set(columns, (key = JSON.stringify(columns)));
  return key;
}

const EMPTY_FOLDER: IngestionWarning = { code: 'EMPTY_FOLDER', message: 'The folder has no data files' };

/** What the log calls a file, and where it is copied to before. */
function placeOf(
  { source, mode, copyRoot }: Pick<IngestionOptions, 'source' | 'mode'> & { readonly copyRoot: string },
  listed: ListedFolder,
  file: SourceObject,
): { path: string; copyTo?: string } {
  if (mode === 'reference') return { path: encodedUri(source.uri, file.path) };
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const copyTo = `${copyRoot}${listed.fingerprint}/${listed.ms}/${name}`;
  return { path: encodedRelativePath(copyTo), copyTo };
}

async function factsOf(source: SourceStore, file: SourceObject, signal: AbortSignal): Promise<FileFacts> {
  try {
    return await readFacts(source, file, { signal });
  } catch (error) {
    if (!(error instanceof BadDataFile)) throw error;
    const failure = failureOf(error);
    throw new PoisonedFolder({ ...failure, message: `${JSON.stringify(file.path.slice(-300))}: ${failure.message}` });
  }
}

async function readMetrics(
  source: SourceStore,
  { metrics: object }: ListedFolder,
  signal: AbortSignal,
): Promise<{
  metrics?: NonNullable<ReturnType<typeof parseBatchMetrics>>;
  expectedRows?: bigint;
  warning?: IngestionWarning;
}> {
  if (object === undefined) return {};
  if (object.sizeBytes > LARGEST_METRICS) return { warning: badMetrics(object) };
  const range = { etag: object.etag, signal };
  const metrics = parseBatchMetrics(await source.range(object.path, 0, object.sizeBytes, range));
  return metrics === undefined ? { warning: badMetrics(object) } : { metrics, expectedRows: metrics.recordsWritten };
}

function badMetrics({ path }: SourceObject): IngestionWarning {
  const message = `${JSON.stringify(path.slice(-300))} does not say how many rows were written`;
  return { code: 'METRICS_UNREADABLE', message };
}

function mismatch(rows: bigint, expected: bigint | undefined): IngestionWarning {
  const message = `The files have ${rows} rows, and the metrics of the batch say that ${expected} were written`;
  return { code: 'ROWS_MISMATCH', message };
}
