/**
 * Opens one table in a process of its own and tells what it took, from the start of the process on:
 * `node delta-open-process.cjs lakescope|hyparquet FOLDER`.
 */
import { DeltaEngine, DeltaTable, LocalStorage } from '@lakescope/delta';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Opened {
  ms: number;
  /** Of all threads. */
  processorMs: number;
  peakMegabytes: number;
  files: number;
  bytes: string;
}

async function lakescope(folder: string): Promise<void> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'lakescope-bench-open-'));
  const engine = await DeltaEngine.open({ cacheDirectory, localRoots: [folder] });
  const snapshot = await (await DeltaTable.open(engine, new LocalStorage(folder))).snapshot();
  tell({ files: snapshot.numFiles, bytes: String(snapshot.sizeBytes) });
  await engine.close();
  await rm(cacheDirectory, { recursive: true, force: true });
}

interface FileAction {
  path: string;
  size: number;
  deletionVector?: { storageType: string; pathOrInlineDv: string; offset?: number } | null;
}

/** The replay one writes with a parquet reader in JavaScript: row group by row group, then the commits. */
async function hyparquet(folder: string): Promise<void> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const log = join(folder, '_delta_log');
  const names = readdirSync(log).sort();
  const checkpoint = names.find((name) => name.endsWith('.checkpoint.parquet')) ?? '';
  const file = await asyncBufferFromFile(join(log, checkpoint));
  const metadata = await parquetMetadataAsync(file);
  const active = new Map<string, number>();
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns: ['add'], rowStart, rowEnd, compressors });
    for (const { add } of rows as { add?: FileAction | null }[]) if (add) active.set(keyOf(add), Number(add.size));
    rowStart = rowEnd;
  }
  for (const name of names.filter((one) => /^\d{20}\.json$/.test(one) && one > checkpoint)) {
    const actions = readFileSync(join(log, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { add?: FileAction; remove?: FileAction });
    for (const { remove } of actions) if (remove !== undefined) active.delete(keyOf(remove));
    for (const { add } of actions) if (add !== undefined) active.set(keyOf(add), add.size);
  }
  let bytes = 0n;
  for (const size of active.values()) bytes += BigInt(size);
  tell({ files: active.size, bytes: String(bytes) });
}

function keyOf({ path, deletionVector: vector }: FileAction): string {
  return vector?.storageType ? `${path}\n${vector.storageType}${vector.pathOrInlineDv}@${vector.offset}` : path;
}

function tell(found: { files: number; bytes: string }): void {
  const ms = performance.now();
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const { user, system } = process.cpuUsage();
  const opened: Opened = {
    ms,
    processorMs: (user + system) / 1000,
    peakMegabytes: (Number(peak) * 1024) / 1e6,
    ...found,
  };
  process.stdout.write(`${JSON.stringify(opened)}\n`);
}

const [, , reader, folder = ''] = process.argv;
void (reader === 'hyparquet' ? hyparquet(folder) : lakescope(folder));
