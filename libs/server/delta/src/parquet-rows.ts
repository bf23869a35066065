import { DatabricksClients } from '@lakescope/databricks-client';
import { DeltaError, VolumeStorage } from '@lakescope/delta';
import { Slots, UserCaller } from '@lakescope/server-http';
import { RowReaders, type FirstRows, type FirstRowsOptions, type VolumePath } from '@lakescope/server-unity-catalog';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defaults } from './defaults';
import { TableProblem } from './delta.errors';
import { LazyDeltaEngine } from './lazy-delta-engine';

/** The first rows of parquet files that somebody looks at by themselves, on the engine that reads those of tables. */
@Injectable()
export class ParquetRows implements OnModuleInit {
  private readonly slots = new Slots(defaults.concurrentReads);

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly engine: LazyDeltaEngine,
    private readonly readers: RowReaders,
  ) {}

  onModuleInit(): void {
    this.readers.register('parquet', (...asked) => this.read(...asked));
  }

  private async read(caller: UserCaller, path: VolumePath, options: FirstRowsOptions): Promise<FirstRows> {
    const { catalog, schema, volume, segments } = path;
    const root = `/Volumes/${catalog}/${schema}/${volume}`;
    const storage = new VolumeStorage(this.databricks.asUser(caller).files, root);
    const engine = await this.engine.get();
    try {
      return await this.slots.use(
        () => engine.parquetFiles.preview(storage, segments.join('/'), options),
        options.signal,
      );
    } catch (error) {
      if (!(error instanceof DeltaError)) throw error;
      if (error.code === 'TABLE_CORRUPT' || error.code === 'UNSUPPORTED_TABLE_FEATURE') {
        return {
          unreadable: error.code === 'TABLE_CORRUPT' ? 'The file is no Parquet file, or is damaged.' : error.message,
        };
      }
      throw new TableProblem(error, path.toString());
    }
  }
}
