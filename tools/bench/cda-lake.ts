import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { made, type Log } from './delta-tables';

/** Synthetic change data, the same for every run. */
export interface CdaLake {
  readonly folder: string;
  /** `FROM=TO` for `--rewrite`: where the manifest says that the data lies, and where it does. */
  readonly rewrite: string;
  readonly tables: number;
  readonly folders: number;
  readonly files: number;
}

/** So many tables with exactly so many folders of four files, the empty one of Spark included. */
export async function cdaLake(tables: number, folders: number, log: Log): Promise<CdaLake> {
  const folder = await made(`cda-${tables}-${folders}`, log, async (directory) => {
    await createSuite(new FolderBucket(directory), {
      seed: 1,
      tables,
      step: { even: true, folders, files: 4, rows: 3 },
    });
  });
  const rewrite = `file://${folder}.unfinished=file://${folder}`;
  return { folder, rewrite, tables, folders: tables * folders, files: tables * folders * 4 };
}
