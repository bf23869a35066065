import { join } from 'node:path';
import type { Chance } from '@lakescope/cda-synthetic';
import { DeltaEngine, DeltaTable, duckdbType, LocalStorage, rewrite } from '@lakescope/delta';
import { currentFiles, rawLog } from './raw-log';
import type { SyntheticIngestion } from './synthetic-ingestion';

/** Rewrites some files of a random table into one, as somebody's OPTIMIZE would; the engine must neither notice nor mind. */
export async function optimize(directory: string, ingestion: SyntheticIngestion, chance: Chance): Promise<void> {
  const { name } = chance.of(ingestion.suite.tables);
  const folder = join(ingestion.target, name);
  const engine = await DeltaEngine.open({
    cacheDirectory: join(directory, 'optimize'),
    localRoots: [directory],
    absoluteRoots: [directory],
  });
  try {
    const table = await DeltaTable.open(engine, new LocalStorage(folder));
    const snapshot = await table.snapshot();
    const files = currentFiles(folder, rawLog(folder));
    if (files.length < 2) return;
    const columns = snapshot.schema.fields.map(
      (field) => `CAST("${field.name}" AS ${duckdbType(field.type)}) AS "${field.name}"`,
    );
    const all = `read_parquet([${files.map((file) => `'${file}'`).join(', ')}], union_by_name = true, hive_partitioning = false)`;
    await rewrite(engine, table, {
      snapshot,
      files: files.map((_, index) => index),
      source: { files, format: 'parquet', query: `SELECT ${columns.join(', ')} FROM ${all}` },
      operation: { name: 'OPTIMIZE', parameters: {} },
      metrics: () => ({}),
    });
  } finally {
    await engine.close();
  }
}
