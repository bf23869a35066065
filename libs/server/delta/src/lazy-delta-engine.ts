import { rm } from 'node:fs/promises';
import { DeltaEngine, makeOwnFolder } from '@lakescope/delta';
import { DeltaConfig } from '@lakescope/server-config';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { defaults } from './defaults';

const PREFIX = 'lakescope-delta-';

/** The engine all inspections share, opened by the first of them: a server that inspects nothing never loads DuckDB. */
@Injectable()
export class LazyDeltaEngine implements OnApplicationShutdown {
  private opening: Promise<{ engine: DeltaEngine; directory: string }> | undefined;

  constructor(private readonly config: DeltaConfig) {}

  async get(): Promise<DeltaEngine> {
    this.opening ??= this.open().catch((error: unknown) => {
      // The next request tries again: a full disk may have been cleared meanwhile.
      this.opening = undefined;
      throw error;
    });
    return (await this.opening).engine;
  }

  async onApplicationShutdown(): Promise<void> {
    const opened = await this.opening?.catch(() => undefined);
    if (opened === undefined) return;
    await opened.engine.close();
    await rm(opened.directory, { recursive: true, force: true });
  }

  private async open(): Promise<{ engine: DeltaEngine; directory: string }> {
    const { memoryLimitBytes, diskCacheBytes } = defaults;
    // For this account alone: the temporary folder is everybody's, and copies of data files lie in here.
    const directory = await makeOwnFolder(this.config.cacheDirectory, PREFIX);
    return {
      engine: await DeltaEngine.open({ cacheDirectory: directory, memoryLimitBytes, diskCacheBytes }),
      directory,
    };
  }
}
