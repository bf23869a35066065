import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { DeltaEngine, makeOwnFolder } from '@lakescope/delta';
import { failureOf } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import { dataFolder } from '../plan/data-folder';
import { readManifest } from '../plan/open-ingestion';
import type { IngestionOptions, IngestionFailure } from '../run/run-options';
import { eachAtOnce } from '../at-once';
import type { TableVerification } from './verification';
import { verifyTable } from './verify-table';

/** What is verified: the source and target of an ingestion. */
export type VerifyOptions = Pick<
  IngestionOptions,
  | 'source'
  | 'manifestPath'
  | 'target'
  | 'include'
  | 'exclude'
  | 'enforceFence'
  | 'pathRewrite'
  | 'parallelTables'
  | 'signal'
>;

/**
 * Proves that every folder up to each cursor is in its table exactly once, by its commit, in order, with the rows that its footers tell, and that
 * nothing else is. Source and target are read anew and never written; nothing of what runs remember is believed. Tables come as they are
 * done. IngestionRefused when there is no manifest to go by; what befalls one table is its `failure`.
 */
export async function* verifyIngestion(options: VerifyOptions): AsyncGenerator<TableVerification> {
  const manifest = await readManifest(options);
  if (manifest === 'not-modified') throw new Error('a read without an ETag always answers');
  for (const { table, failure } of manifest.rejected) yield unverified(table, failure);
  const cacheDirectory = await makeOwnFolder(tmpdir(), 'lakescope-cda-');
  const engine = await DeltaEngine.open({ cacheDirectory });
  try {
    yield* inTurns(manifest.tables, options, engine);
  } finally {
    await engine.close();
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}

/** Verifies several tables at once and hands each out when it is done; whoever stops asking stops the rest. */
async function* inTurns(
  tables: readonly ManifestTable[],
  options: VerifyOptions,
  engine: DeltaEngine,
): AsyncGenerator<TableVerification> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const done: TableVerification[] = [];
  let wake = (): void => undefined;
  const work = eachAtOnce(tables, options.parallelTables ?? 4, async (entry) => {
    done.push(await verified(entry, { ...options, signal }, engine));
    wake();
  });
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
    wake();
  });
  over.catch(() => undefined);
  try {
    for (;;) {
      const next = done.shift();
      if (next !== undefined) yield next;
      else if (isOver) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await over;
  } finally {
    stop.abort();
    await over.catch(() => undefined);
  }
}

async function verified(entry: ManifestTable, options: VerifyOptions, engine: DeltaEngine): Promise<TableVerification> {
  const { source, target, signal } = options;
  signal?.throwIfAborted();
  try {
    return await verifyTable({
      entry,
      source,
      directory: dataFolder(entry, source.uri, options.pathRewrite),
      storage: target.table(entry.table),
      uri: `${target.uri}/${entry.table}`,
      engine,
      enforceFence: options.enforceFence ?? true,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    return unverified(entry.table, failureOf(error));
  }
}

function unverified(table: string, failure: IngestionFailure): TableVerification {
  return {
    table,
    verdict: 'unverified',
    version: undefined,
    folders: 0,
    files: 0,
    rows: 0n,
    cursors: {},
    pendingFolders: 0,
    quarantined: [],
    reconciliation: { ok: 0, mismatch: 0, missing: 0 },
    findings: [],
    findingsTotal: 0,
    failure,
  };
}
