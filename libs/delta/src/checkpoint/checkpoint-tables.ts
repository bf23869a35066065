import { join } from 'node:path';
import type { DataFiles } from '../cache/data-files';
import type { Connection, DuckDB } from '../duckdb/duckdb';
import { IdleWork } from '../duckdb/idle-work';
import { SharedWork } from '../duckdb/shared-work';
import type { Storage } from '../storage/storage';
import { loadCounts, loadFiles, type CheckpointFiles } from './checkpoint-files';
import { readingCheckpoint, type CheckpointContext } from './read-checkpoint';
import { StatisticsCopies } from './statistics-copies';

/** What one file takes in DuckDB beside its texts. */
const BYTES_PER_FILE = 140;
const BYTES_PER_NAMED_FILE = 300;

/**
 * The files of large checkpoints as tables of DuckDB, least recently used first to go. What is in use stays, so what is
 * kept may for a time be more than the capacity; DuckDB then moves parts of it to disk.
 */
export class CheckpointTables {
  private readonly entries = new Map<string, CheckpointTable>();
  private readonly idle = new IdleWork();
  private made = 0;

  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly options: {
      capacityBytes: number;
      /** Where statistics are copied to. */
      folder: string;
      /** From how many rows of a checkpoint on it is worth the while to prepare for pages that are asked for later. */
      preparedRows: number;
    },
  ) {}

  /** Runs `work` while the tables of a checkpoint are sure to be there; they are made when they are not. */
  async leased<T>(
    files: CheckpointFiles,
    storage: Storage,
    signal: AbortSignal | undefined,
    work: (table: CheckpointTable, context: CheckpointContext) => Promise<T>,
  ): Promise<T> {
    return this.idle.pausedFor(() => this.using(files, storage, signal, work));
  }

  /**
   * Has the statistics copied and the paths put in order while nobody reads, so that the next pages of these files need not wait
   * for either.
   */
  prepare(table: CheckpointTable, storage: Storage): void {
    if (table.isPrepared || table.files.parts.reduce((rows, part) => rows + part.rows, 0) < this.options.preparedRows)
      return;
    this.idle.add(table, async (signal) => {
      if (this.entries.get(table.files.key) !== table) return false;
      return this.using(table.files, storage, signal, (own, context) => own.prepareNext(context));
    });
  }

  /** Ends what is being prepared and removes its files. */
  async close(): Promise<void> {
    await this.idle.close();
    for (const table of this.entries.values()) await table.copies.remove();
  }

  private async using<T>(
    files: CheckpointFiles,
    storage: Storage,
    signal: AbortSignal | undefined,
    work: (table: CheckpointTable, context: CheckpointContext) => Promise<T>,
  ): Promise<T> {
    const context = { duckdb: this.duckdb, files: this.files, storage, signal };
    const table = this.entry(files);
    table.leases += 1;
    try {
      return await readingCheckpoint(context, files.name, async () => {
        await table.loaded(context);
        return work(table, context);
      });
    } finally {
      table.leases -= 1;
      await this.evict();
    }
  }

  private entry(files: CheckpointFiles): CheckpointTable {
    const known = this.entries.get(files.key);
    if (known !== undefined) {
      this.entries.delete(files.key);
      this.entries.set(files.key, known);
      return known;
    }
    this.made += 1;
    const name = `checkpoint_${this.made}`;
    const copies = new StatisticsCopies(join(this.options.folder, name), files.parts);
    const table = new CheckpointTable(files, name, copies);
    this.entries.set(files.key, table);
    return table;
  }

  private async evict(): Promise<void> {
    let total = 0;
    for (const table of this.entries.values()) total += table.weight;
    const victims: CheckpointTable[] = [];
    for (const [key, table] of this.entries) {
      if (table.leases > 0) continue;
      // One that could not be made is nothing to come back to.
      if (total <= this.options.capacityBytes && table.weight > 0) continue;
      this.entries.delete(key);
      total -= table.weight;
      victims.push(table);
    }
    for (const victim of victims) {
      this.idle.drop(victim);
      await victim.drop(this.duckdb);
    }
  }
}

/** Versions of one checkpoint whose tables are kept; each is a table of the files added since. */
const KEPT_VERSIONS = 4;

export interface NamedFile {
  id: number;
  sizeBytes: number;
  hasDeletionVector: boolean;
}

/** The tables of one checkpoint. Each is made when something first asks for it, once for all who ask. */
export class CheckpointTable {
  leases = 0;
  /** Files of the checkpoint that commits since have named, by their keys; undefined where it has no such file. */
  readonly named = new Map<string, NamedFile | undefined>();
  /** Files of the checkpoint before a path that commits since have added, by their keys. */
  readonly before = new Map<string, number>();
  private readonly versions = new Map<number, number>();
  private readonly tables = new Set<string>();
  private readonly works = new Map<string, SharedWork<string>>();
  private attempts = 0;
  private prepared = false;
  private textBytes = 0;
  private totals = { files: 0, bytes: 0n, deletionVectors: 0 };

  constructor(
    readonly files: CheckpointFiles,
    readonly name: string,
    readonly copies: StatisticsCopies,
  ) {}

  get isPrepared(): boolean {
    return this.prepared;
  }

  /** Whether paths are in order, so that a place can be told without looking at all of them. */
  get hasPlaces(): boolean {
    return [...this.tables].some((name) => name.startsWith(`${this.name}_places_`));
  }

  /** Does one more piece of what later pages profit from; false when nothing is left to do. */
  async prepareNext(context: CheckpointContext): Promise<boolean> {
    if (await this.copies.makeNext(context)) return true;
    await this.places(context);
    this.prepared = true;
    return false;
  }

  get weight(): number {
    if (this.tables.size === 0) return 0;
    return this.textBytes + this.totals.files * BYTES_PER_FILE + (1 + this.named.size) * BYTES_PER_NAMED_FILE;
  }

  /** Files, bytes and deletion vectors of the checkpoint alone. */
  get sums(): Readonly<{ files: number; bytes: bigint; deletionVectors: number }> {
    return this.totals;
  }

  /** The table of files: `FILE_COLUMNS`. */
  loaded(context: CheckpointContext): Promise<string> {
    return this.table('files', context, async (connection, own, name) => {
      await loadFiles(own, connection, this.files.parts, name);
      const result = await connection.run(
        `SELECT count(*), coalesce(sum(size), 0)::BIGINT, count(vector),
           coalesce(sum(strlen(path) + strlen(partition_values) + coalesce(strlen(deletion_vector), 0)), 0)::BIGINT FROM ${name}`,
      );
      const [[files, bytes, vectors, text] = []] = await result.getRows();
      this.totals = { files: Number(files), bytes: BigInt(String(bytes)), deletionVectors: Number(vectors) };
      this.textBytes = Number(text);
    });
  }

  /** `(id, records)` of the files whose statistics tell it. */
  counts(context: CheckpointContext): Promise<string> {
    return this.table('counts', context, (connection, own, name) =>
      loadCounts(own, connection, this.files.parts, name),
    );
  }

  /** `(id)` in the order of paths: the row id is the place. */
  places(context: CheckpointContext): Promise<string> {
    return this.table('places', context, async (connection, own, name) => {
      const files = await this.loaded(own);
      await connection.run(`CREATE TABLE ${name} AS SELECT id FROM ${files} ORDER BY path, vector NULLS FIRST`);
    });
  }

  /** A table that goes with the others; the first who asks for this kind has it made, under a name of its own. */
  async table(kind: string, context: CheckpointContext, make: MakeTable): Promise<string> {
    let work = this.works.get(kind);
    if (work === undefined || !work.isUsable) {
      work = new SharedWork((signal) => this.make(kind, { ...context, signal }, make));
      this.works.set(kind, work);
    }
    return work.wait(context.signal);
  }

  /** Runs `work` while the tables whose kinds start with `version N ` stay; those of versions long not asked for go. */
  async keeping<T>(version: number, duckdb: DuckDB, work: () => Promise<T>): Promise<T> {
    const users = this.versions.get(version) ?? 0;
    this.versions.delete(version);
    this.versions.set(version, users + 1);
    try {
      return await work();
    } finally {
      this.versions.set(version, (this.versions.get(version) ?? 1) - 1);
      await this.dropOldVersions(duckdb);
    }
  }

  private async dropOldVersions(duckdb: DuckDB): Promise<void> {
    for (const [version, users] of [...this.versions]) {
      if (this.versions.size <= KEPT_VERSIONS) break;
      if (users > 0) continue;
      this.versions.delete(version);
      await this.dropKinds(duckdb, `version ${version} `);
    }
  }

  private async dropKinds(duckdb: DuckDB, prefix: string): Promise<void> {
    for (const [kind, work] of [...this.works]) {
      if (!kind.startsWith(prefix)) continue;
      this.works.delete(kind);
      const name = await work.wait(undefined).catch(() => undefined);
      if (name === undefined) continue;
      this.tables.delete(name);
      await duckdb.rows(`DROP TABLE IF EXISTS ${name}`);
    }
  }

  async drop(duckdb: DuckDB): Promise<void> {
    for (const name of this.tables) await duckdb.rows(`DROP TABLE IF EXISTS ${name}`);
    this.tables.clear();
    this.works.clear();
    await this.copies.remove();
  }

  private async make(kind: string, context: CheckpointContext, make: MakeTable): Promise<string> {
    this.attempts += 1;
    const name = `${this.name}_${kind.replaceAll(' ', '_')}_${this.attempts}`;
    try {
      await context.duckdb.connected(context.signal, (connection) => make(connection, context, name));
    } catch (error) {
      await context.duckdb.rows(`DROP TABLE IF EXISTS ${name}`);
      throw error;
    }
    this.tables.add(name);
    return name;
  }
}

type MakeTable = (connection: Connection, context: CheckpointContext, name: string) => Promise<void>;
