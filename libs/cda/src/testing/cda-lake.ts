import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DeltaEngine, DeltaTable, LocalStorage, type TableSnapshot } from '@lakescope/delta';
import type { RunEvent, RunOptions, RunResult } from '../run/run-options';
import { runIngestion } from '../run/run-ingestion';
import { LocalSource } from '../source/local-source';
import { LocalTarget } from '../target/local-target';
import { ParquetFiles } from './parquet-files';

/** What a folder holds; files by name, as a query of their rows or as bytes. */
export interface FolderContent {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Default: what the files hold is not counted, and there are no metrics. */
  readonly written?: number | string;
  readonly success?: boolean;
}

/** One entry of a manifest, all of it optional. */
export interface Entry {
  fence?: number | string;
  records?: number | string;
  path?: string;
  history?: Record<string, string>;
}

/** Change data as CDA lays it out, in a folder of its own, and a folder for the tables that are made of it. */
export class CdaLake {
  readonly source: LocalSource;
  readonly target: LocalTarget;
  private manifest: Record<string, unknown> = {};

  private constructor(
    readonly directory: string,
    private readonly parquet: ParquetFiles,
    readonly engine: DeltaEngine,
  ) {
    this.source = new LocalSource(join(directory, 'source'));
    this.target = new LocalTarget(join(directory, 'target'));
  }

  static async open(): Promise<CdaLake> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'cda-lake-')));
    await mkdir(join(directory, 'source'));
    const engine = await DeltaEngine.open({
      cacheDirectory: join(directory, 'cache'),
      localRoots: [directory],
      absoluteRoots: [directory],
    });
    return new CdaLake(directory, await ParquetFiles.open(), engine);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.parquet.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Sets a table's entry and writes the manifest. */
  async entry(table: string, { fence, records, path, history }: Entry): Promise<void> {
    this.manifest[table] = {
      lastSuccessfulWriteTimestamp: String(fence ?? 1_800_000_000_000),
      totalProcessedRecordsCount: records ?? 1,
      dataFilesPath: path ?? `${this.source.uri}/${table}`,
      schemaHistory: history ?? { aaaa: '1700000000000' },
    };
    await this.writeManifest(this.manifest);
  }

  /** The manifest with entries as they are given. */
  async writeManifest(manifest: unknown): Promise<void> {
    await this.write('manifest.json', JSON.stringify(manifest));
  }

  forgetEntries(): void {
    this.manifest = {};
  }

  /** Writes a folder of a table. */
  async folder(table: string, fingerprint: string, ms: number | string, content: FolderContent = {}): Promise<void> {
    const root = `${table}/${fingerprint}/${ms}`;
    await mkdir(join(this.source.root, root), { recursive: true });
    for (const [name, rows] of Object.entries(content.files ?? {})) {
      await this.write(`${root}/${name}`, typeof rows === 'string' ? await this.rows(rows) : rows);
    }
    if (content.written !== undefined) {
      await this.write(`${root}/.cda/batch-metrics.json`, JSON.stringify({ numRecordsWritten: content.written }));
    }
    if (content.success !== false) await this.write(`${root}/_SUCCESS`, '');
  }

  /** A folder with one file of one row each for these ids. */
  ids(table: string, fingerprint: string, ms: number, ids: readonly number[]): Promise<void> {
    const files = ids.map((id) => [`part-${id}.parquet`, `SELECT ${id}::BIGINT AS id`] as const);
    return this.folder(table, fingerprint, ms, { files: Object.fromEntries(files), written: ids.length });
  }

  async rows(query: string): Promise<Uint8Array> {
    return this.parquet.write('rows.parquet', query);
  }

  async write(path: string, bytes: string | Uint8Array): Promise<void> {
    const file = join(this.source.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  async run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    return runIngestion({ ...this.options(), ...options });
  }

  /** A run with all it told. */
  async told(options: Partial<RunOptions> = {}): Promise<{ result: RunResult; events: RunEvent[] }> {
    const events: RunEvent[] = [];
    const result = await this.run({ ...options, onEvent: (event) => void events.push(event) });
    return { result, events };
  }

  options(): RunOptions {
    const { source, target } = this;
    return { source, target, manifestPath: 'manifest.json', mode: 'reference', runId: 'run-1' };
  }

  table(name: string): Promise<DeltaTable> {
    return DeltaTable.open(this.engine, new LocalStorage(join(this.directory, 'target', name)));
  }

  async snapshot(name: string, version?: number): Promise<TableSnapshot> {
    return (await this.table(name)).snapshot(version === undefined ? {} : { version });
  }

  /** The `id` of all rows, in order. */
  async idsOf(name: string, version?: number): Promise<number[]> {
    const { rows } = await (await this.snapshot(name, version)).preview({ limit: 10_000, columns: ['id'] });
    return rows.map(([id]) => Number(id)).sort((left, right) => left - right);
  }

  /** Puts properties into the first version of a table that other writers would have put there. */
  async setProperties(name: string, properties: Readonly<Record<string, string>>): Promise<void> {
    const actions = await this.log(name, 0);
    for (const { metaData } of actions) if (metaData !== undefined) metaData['configuration'] = properties;
    const file = join(this.directory, 'target', name, '_delta_log', `${'0'.padStart(20, '0')}.json`);
    await writeFile(file, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  }

  /** The actions of a version, by their names. */
  async log(name: string, version: number): Promise<Record<string, Record<string, unknown>>[]> {
    const file = join(this.directory, 'target', name, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  }
}
