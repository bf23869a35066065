import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { DeltaEngine, InvalidRequest, makeOwnFolder, StorageNotFound, type DeltaEngineOptions } from '@lakescope/delta';
import { IngestionRefused } from '../errors';
import { parseManifest, type Manifest } from '../manifest/manifest';
import { tableFilter } from '../manifest/table-names';
import type { IngestionOptions } from '../run/run-options';
import { below } from '../source/paths';

const DEFAULT_TABLES = 4;
const MOST_TABLES = 256;
/** A process with any number of tables stays below 300 MB, and checkpoints spill what does not fit. */
const CHECKPOINT_MEMORY = 96 * 2 ** 20;
/** Versions are rebuilt for checkpoints alone, so next to none of them are worth keeping. */
const REMEMBERED_FILES = 20_000;

/** The manifest with the tables that are asked for. */
export interface ReadManifest extends Manifest {
  readonly etag: string | undefined;
}

/** The manifest of a source; `not-modified` when it is still the one of `knownEtag`. */
export async function readManifest(
  options: Pick<IngestionOptions, 'source' | 'manifestPath' | 'include' | 'exclude' | 'signal'>,
  knownEtag?: string,
): Promise<ReadManifest | 'not-modified'> {
  const { source, manifestPath, signal } = options;
  const isWanted = tableFilter(options.include, options.exclude);
  let read: Awaited<ReturnType<typeof source.read>>;
  try {
    read = await source.read(manifestPath, { ifNoneMatch: knownEtag, signal });
  } catch (cause) {
    if (cause instanceof StorageNotFound) {
      const message = `There is no manifest at ${source.uri}/${manifestPath}`;
      throw new IngestionRefused('MANIFEST_NOT_FOUND', message, 'Name the manifest.json that CDA writes.', { cause });
    }
    if (cause instanceof InvalidRequest) {
      throw new IngestionRefused('MANIFEST_UNREADABLE', cause.message, 'Name the manifest.json that CDA writes.', {
        cause,
      });
    }
    throw cause;
  }
  if (read === 'not-modified') return read;
  const { tables, rejected } = parseManifest(read.bytes, manifestPath);
  return {
    etag: read.etag,
    tables: tables.filter(({ table }) => isWanted(table)),
    rejected: rejected.filter(({ name }) => isWanted(name)),
  };
}

/** Refuses what cannot be meant, before anything is read. IngestionRefused. */
export async function refuseOptions(options: IngestionOptions): Promise<void> {
  const { parallelTables = DEFAULT_TABLES } = options;
  if (!Number.isSafeInteger(parallelTables) || parallelTables < 1 || parallelTables > MOST_TABLES) {
    const message = `${parallelTables} tables at once cannot be done`;
    throw new IngestionRefused('INVALID_OPTIONS', message, `Ask for 1 to ${MOST_TABLES}.`);
  }
  const [from, to] = await Promise.all([options.source.store?.(), options.target.store?.()]);
  if (from !== undefined && to !== undefined && from !== to) {
    if (options.mode !== 'reference') return;
    const message = `The source ${options.source.uri} and the target ${options.target.uri} are in different stores`;
    const advice = 'Choose the mode copy: tables of one store cannot point to files of another.';
    throw new IngestionRefused('INVALID_OPTIONS', message, advice);
  }
  const [source, target] = await Promise.all([placeOf(options.source.uri), placeOf(options.target.uri)]);
  if (below(source, target) === undefined && below(target, source) === undefined) return;
  throw new IngestionRefused(
    'STORES_OVERLAP',
    `The target ${options.target.uri} and the source ${options.source.uri} lie in one another`,
    'Choose a target outside of the source: tables are never written among the change data.',
  );
}

export function tablesAtOnce({ parallelTables = DEFAULT_TABLES }: IngestionOptions): number {
  return parallelTables;
}

/** Opens an engine for the tables of a run, and closes it after `work`. */
export async function withEngine<T>(
  options: IngestionOptions,
  onCheckpointFailure: NonNullable<DeltaEngineOptions['onCheckpointFailure']>,
  work: (engine: DeltaEngine) => Promise<T>,
): Promise<T> {
  const cacheDirectory = options.scratchDirectory ?? (await makeOwnFolder(tmpdir(), 'lakescope-cda-'));
  try {
    const engine = await DeltaEngine.open({
      cacheDirectory,
      memoryLimitBytes: CHECKPOINT_MEMORY,
      rememberedFiles: REMEMBERED_FILES,
      onCheckpointFailure,
    });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    if (options.scratchDirectory === undefined) await rm(cacheDirectory, { recursive: true, force: true });
  }
}

/** Links resolved as far as the folders are there: two names may be one place. */
async function placeOf(uri: string): Promise<string> {
  if (!uri.startsWith('file://')) return uri;
  const path = uri.slice('file://'.length) || '/';
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      return `file://${await realpath(folder)}${path.slice(folder.length)}`;
    } catch {
      // Not there yet: its parent may be.
      if (folder === dirname(folder)) return uri;
    }
  }
}
