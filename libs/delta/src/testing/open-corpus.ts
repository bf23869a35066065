import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStorage } from '../storage/local-storage';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import { parseIndex, parseVersions, type CorpusTable, type CorpusVersion } from './corpus';

/** The collected tables that LAKESCOPE_DELTA_CORPUS names, with an engine that may read them. */
export class OpenCorpus {
  private constructor(
    readonly root: string,
    private readonly directory: string,
    readonly engine: DeltaEngine,
    readonly tables: readonly CorpusTable[],
    readonly versions: readonly CorpusVersion[],
  ) {}

  /** `largeFiles` as the engine takes it. */
  static async open(root: string, options: { largeFiles?: number } = {}): Promise<OpenCorpus> {
    const directory = await mkdtemp(join(tmpdir(), 'delta-corpus-'));
    const engine = await DeltaEngine.open({ cacheDirectory: directory, localRoots: [root], ...options });
    const tables = parseIndex(await readFile(join(root, 'INDEX.tsv'), 'utf8'));
    const versions = parseVersions(await readFile(join(root, 'VERSIONS.tsv'), 'utf8'));
    return new OpenCorpus(root, directory, engine, tables, versions);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  table(table: CorpusTable): Promise<DeltaTable> {
    return DeltaTable.open(this.engine, new LocalStorage(join(this.root, table.path)));
  }

  /** Tables of which something else than plain reading is expected have a reason behind the word. */
  expecting(word: string): CorpusTable[] {
    return this.tables.filter((table) => table.expectation.split(':')[0] === word);
  }
}
