import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json, Parquet, Row } from './parquet';

/** A data file as the model has it. */
export interface ModelFile {
  path: string;
  size: number;
  records: number;
  /** Its last rows, most often all of them. */
  rows: readonly Row[];
  /** Positions in `rows` that a deletion vector hides. */
  deleted: ReadonlySet<number>;
  /** Rows the deletion vector hides altogether. */
  deletedRows: number;
}

/** Living rows in front of those the model holds. */
function unheld(file: ModelFile): number {
  return file.records - file.deletedRows - (file.rows.length - file.deleted.size);
}

export interface ModelVersion {
  version: number;
  files: number;
  bytes: number;
  rows: number;
  /** When its file was written; epoch milliseconds. */
  fileTime: number;
  /** The time the version shall have. */
  commitTime: number;
  /** Rows before those that are written down as expected. */
  from: number;
}

const FIRST_TIME = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** Writes one table, and beside it what a reader must find at each version. */
export class TableBuilder {
  kind = '';
  /** Where the table thinks it is, for logs with absolute paths. */
  location = '';
  readonly versions: ModelVersion[] = [];
  /** How a row of a file shows at the present version; undefined columns are not there. */
  show: (row: Row) => readonly Json[] = (row) => Object.values(row);
  private readonly active = new Map<string, ModelFile>();
  private nextVersion = 0;

  constructor(
    readonly directory: string,
    readonly parquet: Parquet,
  ) {}

  async rows(path: string, columns: Readonly<Record<string, string>>, rows: readonly Row[]): Promise<ModelFile> {
    const size = await this.parquet.writeRows(join(this.directory, path), columns, rows);
    return whole(path, size, rows);
  }

  /** A file made by a query, whose rows the model says itself. */
  async query(path: string, sql: string, rows: readonly Row[], options = ''): Promise<ModelFile> {
    return whole(path, await this.parquet.writeQuery(join(this.directory, path), sql, options), rows);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Puts a file in place of what the model has under its path. */
  add(file: ModelFile): void {
    this.active.set(file.path, file);
  }

  remove(path: string): void {
    this.active.delete(path);
  }

  get activeFiles(): ModelFile[] {
    return [...this.active.values()];
  }

  /** A version of which nothing is left. */
  forget(): void {
    this.nextVersion += 1;
  }

  /** Writes a commit; the model must stand as it leaves the table. */
  async commit(actions: readonly Json[], times: { file?: number; commit?: number } = {}): Promise<void> {
    const version = this.nextVersion;
    this.nextVersion += 1;
    await this.write(`_delta_log/${logName(version)}.json`, lines(actions));
    const files = this.activeFiles;
    const fileTime = times.file ?? FIRST_TIME + version * HOUR;
    this.versions.push({
      version,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      rows: files.reduce((sum, file) => sum + file.records - file.deletedRows, 0),
      fileTime,
      commitTime: times.commit ?? fileTime,
      from: files.reduce((sum, file) => sum + unheld(file), 0),
    });
    const rows = files.flatMap((file) => file.rows.filter((_, index) => !file.deleted.has(index)));
    await this.write(`expected/${version}.json`, `${JSON.stringify(rows.map((row) => this.show(row)))}\n`);
  }
}

function whole(path: string, size: number, rows: readonly Row[]): ModelFile {
  return { path, size, records: rows.length, rows, deleted: new Set(), deletedRows: 0 };
}

/** The file as a deletion vector over rows it holds leaves it. */
export function without(file: ModelFile, deleted: readonly number[]): ModelFile {
  return { ...file, deleted: new Set(deleted), deletedRows: deleted.length };
}

export function logName(version: number): string {
  return String(version).padStart(20, '0');
}

export function lines(actions: readonly Json[]): string {
  return actions.map((action) => `${JSON.stringify(action)}\n`).join('');
}
