import type { SourceObject, SourceStore } from '../source/source-store';
import { folderFile } from './folder-files';

/** A folder of a micro-batch as the source has it. */
export interface SourceFolder {
  readonly fingerprint: string;
  readonly folder: bigint;
  /** Data files by name; empty ones are none. */
  readonly files: Map<string, SourceObject>;
  metrics: SourceObject | undefined;
}

const METRICS = '.cda/batch-metrics.json';

/** The folders below a table's folder of the source, by `<fingerprint>/<folder>`. Everything that is no folder of a micro-batch is left out. */
export async function sourceFolders(
  source: SourceStore,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, SourceFolder>> {
  const folders = new Map<string, SourceFolder>();
  for await (const object of source.list(directory, { signal })) {
    const at = folderFile(object.path.slice(directory.length + 1));
    if (object.unfit === 'gone') continue;
    if (at === undefined && !/\/[1-9]\d{12}\/$/.test(object.path)) continue;
    const key = at?.folder ?? object.path.slice(directory.length + 1, -1);
    const folder = folders.get(key) ?? emptyFolder(key);
    folders.set(key, folder);
    if (at === undefined) continue;
    if (at.name === METRICS) folder.metrics = object;
    else if (isData(at.name) && object.sizeBytes > 0) folder.files.set(at.name, object);
  }
  return folders;
}

function emptyFolder(key: string): SourceFolder {
  const slash = key.indexOf('/');
  return {
    fingerprint: key.slice(0, slash),
    folder: BigInt(key.slice(slash + 1)),
    files: new Map(),
    metrics: undefined,
  };
}

function isData(name: string): boolean {
  return /^[^._/][^/]*\.parquet$/.test(name);
}
