import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Parquet } from './parquet';
import { TableBuilder } from './table-builder';
import { absolutePaths } from './tables/absolute-paths';
import { inCommitTimestamps } from './tables/in-commit-timestamps';
import { inlineVectors } from './tables/inline-vectors';
import { logCompaction } from './tables/log-compaction';
import { nestedMapping } from './tables/nested-mapping';
import { tallFile } from './tables/tall-file';
import { variants } from './tables/variants';

const TABLES: readonly [name: string, build: (table: TableBuilder) => Promise<void>][] = [
  ['inline-vectors', inlineVectors],
  ['absolute-paths', absolutePaths],
  ['tall-file', tallFile],
  ['in-commit-timestamps', inCommitTimestamps],
  ['nested-mapping', nestedMapping],
  ['log-compaction', logCompaction],
  ['variants', variants],
];

const INDEX = 'table\tclass\texpected_version\tactive_files\tactive_bytes\texpected_rows\texpectation\tlocation';
const VERSIONS = 'table\tversion\tactive_files\tactive_bytes\trows_from_log\tfile_time\tcommit_time\texpected_from';

/**
 * Makes small tables of what the collected real ones do not have. It writes logs and parquet without the library that
 * reads them, and the expectations come from what it set out to write, not from reading it back.
 */
export async function generateCorpus(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const parquet = await Parquet.open();
  const index: string[] = [INDEX];
  const versions: string[] = [VERSIONS];
  try {
    for (const [name, build] of TABLES) {
      const table = new TableBuilder(join(directory, name), parquet);
      await build(table);
      const newest = table.versions.at(-1);
      if (newest === undefined) throw new Error(`${name} has no version`);
      const { version, files, bytes, rows } = newest;
      index.push([name, table.kind, version, files, bytes, rows, 'ok', table.location].join('\t'));
      for (const one of table.versions) {
        const { fileTime, commitTime, from } = one;
        versions.push([name, one.version, one.files, one.bytes, one.rows, fileTime, commitTime, from].join('\t'));
      }
    }
  } finally {
    parquet.close();
  }
  await writeFile(join(directory, 'INDEX.tsv'), `${index.join('\n')}\n`);
  await writeFile(join(directory, 'VERSIONS.tsv'), `${versions.join('\n')}\n`);
}
