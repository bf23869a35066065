import { BadDataFile } from '../footer/bad-data-file';
import { readFacts } from '../footer/read-facts';
import { parseBatchMetrics, reconcile, type BatchMetrics } from '../metrics/batch-metrics';
import type { Reconciliation } from '../run/run-options';
import type { SourceStore } from '../source/source-store';
import { isReference } from './folder-files';
import type { HeldFolder } from './log-replay';
import type { SourceFolder } from './source-folders';
import type { Findings } from './verification';

/** Files of one folder that are read at once. */
const FILES_AT_ONCE = 4;
const LARGEST_METRICS = 1_048_576;

/** What the footers of a folder say. */
export interface FolderFacts {
  readonly files: number;
  readonly rows: bigint;
  readonly reconciliation: Reconciliation;
}

/** Compares a folder of the source, its footers and metrics read anew, with what a commit made of it. */
export class FolderCheck {
  constructor(
    private readonly source: SourceStore,
    private readonly findings: Findings,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async check(name: string, folder: SourceFolder, held: HeldFolder): Promise<FolderFacts> {
    const about = { folder: name, version: held.version };
    let rows = 0n;
    let files = 0;
    const waiting = [...folder.files];
    while (waiting.length > 0) {
      const read = await Promise.all(
        waiting.splice(0, FILES_AT_ONCE).map(async ([file, object]) => {
          this.signal?.throwIfAborted();
          return { file, object, facts: await this.facts(object.path, object.sizeBytes, object.modifiedAt) };
        }),
      );
      for (const { file, object, facts } of read) {
        const there = held.files.get(file);
        if (typeof facts === 'string') {
          this.findings.add('FILE_UNREADABLE', `${object.path} was ingested and cannot be read: ${facts}`, about);
          continue;
        }
        rows += facts;
        if (facts > 0n) files += 1;
        if (there === undefined) {
          if (facts > 0n)
            this.findings.add('FILE_MISSING', `${object.path} with ${facts} rows is not in the table`, about);
          continue;
        }
        if (there.sizeBytes !== object.sizeBytes) {
          const message = `${object.path} has ${object.sizeBytes} bytes, and had ${there.sizeBytes ?? 'an unknown number'} when it was ingested`;
          this.findings.add('FILE_CHANGED', message, about);
        }
        if (there.rows !== undefined && there.rows !== facts) {
          this.findings.add('ROWS_DIFFER', `${object.path} has ${facts} rows, and ${there.rows} in the table`, about);
        }
      }
    }
    for (const [file, { path }] of held.files) {
      if (folder.files.has(file)) continue;
      const message = `${path} is in the table, and its folder in the source does not have it`;
      this.findings.add(isReference(path) ? 'FILE_GONE' : 'FOLDER_PRUNED', message, about);
    }
    return { files, rows, reconciliation: await this.reconciled(folder, rows, about) };
  }

  /** What the footers of a folder of the source say; undefined when one of them cannot be read. */
  async rowsOf(folder: SourceFolder): Promise<bigint | undefined> {
    let rows = 0n;
    for (const { path, sizeBytes, modifiedAt } of folder.files.values()) {
      this.signal?.throwIfAborted();
      const facts = await this.facts(path, sizeBytes, modifiedAt);
      if (typeof facts === 'string') return undefined;
      rows += facts;
    }
    return rows;
  }

  /** The rows of a file, or why it has none that can be known. */
  private async facts(path: string, sizeBytes: number, modifiedAt: number): Promise<bigint | string> {
    try {
      return (await readFacts(this.source, { path, sizeBytes, modifiedAt }, { signal: this.signal })).rows;
    } catch (error) {
      if (error instanceof BadDataFile) return error.message;
      throw error;
    }
  }

  private async reconciled(
    folder: SourceFolder,
    rows: bigint,
    about: { folder: string; version: number | undefined },
  ): Promise<Reconciliation> {
    const metrics = await this.metrics(folder);
    const reconciliation = reconcile(rows, metrics);
    if (reconciliation === 'MISMATCH') {
      const message = `The metrics of the folder say ${metrics?.recordsWritten ?? 0n} rows, and its files have ${rows}`;
      this.findings.add('METRICS_MISMATCH', message, about);
    }
    return reconciliation;
  }

  private async metrics({ metrics }: SourceFolder): Promise<BatchMetrics | undefined> {
    if (metrics === undefined || metrics.sizeBytes > LARGEST_METRICS) return undefined;
    const read = await this.source.read(metrics.path, { signal: this.signal });
    return read === 'not-modified' ? undefined : parseBatchMetrics(read.bytes);
  }
}
