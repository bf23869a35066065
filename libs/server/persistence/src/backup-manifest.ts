import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidBackup } from './persistence.errors';

const MANIFEST = 'manifest.json';
const FORMAT = 'lakescope-backup/1';

/** The next value of a column's sequence, so that what is written after a restore collides with nothing. */
export interface SavedSequence {
  readonly column: string;
  /** A string, because it may pass 2^53. */
  readonly last_value: string;
  readonly is_called: boolean;
}

export interface SavedTable {
  readonly name: string;
  /** Gzip of lines, each a JSON array of the columns' values as Postgres writes them, or null. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly sha256: string;
  readonly sequences: readonly SavedSequence[];
}

/** What a backup holds. It is written last, so that a backup that broke off has none. */
export interface BackupManifest {
  readonly format: typeof FORMAT;
  readonly created_at: string;
  readonly server_version: string;
  /** Names of the migrations the schema had, oldest first: a restore brings the schema to exactly these. */
  readonly migrations: readonly string[];
  /** In an order in which every row finds what it refers to. */
  readonly tables: readonly SavedTable[];
}

export async function writeManifest(directory: string, content: Omit<BackupManifest, 'format'>): Promise<void> {
  const manifest: BackupManifest = { format: FORMAT, ...content };
  await writeFile(join(directory, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, {
    flag: 'wx',
    mode: 0o600,
  });
}

/** Throws `InvalidBackup` when the folder holds no whole backup, or a file is not the one that was written. */
export async function readVerified(directory: string): Promise<BackupManifest> {
  const manifest = await readManifest(directory);
  for (const table of manifest.tables) {
    if ((await checksumOf(join(directory, table.file))) !== table.sha256) {
      throw new InvalidBackup(`${table.file} is not the file that was written: its checksum differs.`);
    }
  }
  return manifest;
}

async function readManifest(directory: string): Promise<BackupManifest> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8'));
  } catch (cause) {
    throw new InvalidBackup(`${directory} holds no complete backup: there is no readable ${MANIFEST}.`, { cause });
  }
  if (!isManifest(manifest)) throw new InvalidBackup(`${MANIFEST} is not of the format ${FORMAT}.`);
  return manifest;
}

function isManifest(value: unknown): value is BackupManifest {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== FORMAT) return false;
  if (!('migrations' in value) || !isTexts(value.migrations)) return false;
  return 'tables' in value && Array.isArray(value.tables) && value.tables.every(isSavedTable);
}

function isSavedTable(value: unknown): value is SavedTable {
  if (typeof value !== 'object' || value === null) return false;
  const table = value as Partial<Record<keyof SavedTable, unknown>>;
  return (
    typeof table.name === 'string' &&
    // A name and no path: the manifest may have been written by somebody else.
    typeof table.file === 'string' &&
    /^[\w-][\w.-]*$/.test(table.file) &&
    isTexts(table.columns) &&
    Number.isSafeInteger(table.rows) &&
    typeof table.sha256 === 'string' &&
    Array.isArray(table.sequences)
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

async function checksumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new InvalidBackup(`${file} cannot be read.`, { cause });
  }
  return hash.digest('hex');
}
