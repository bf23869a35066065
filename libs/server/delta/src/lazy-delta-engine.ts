import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeltaEngine } from '@lakescope/delta';
import { DeltaConfig } from '@lakescope/server-config';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { defaults } from './defaults';

const PREFIX = 'lakescope-delta-';

/** The engine all inspections share, opened by the first of them: a server that inspects nothing never loads DuckDB. */
@Injectable()
export class LazyDeltaEngine implements OnApplicationShutdown {
  private readonly logger = new Logger('Delta');
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
    await this.removeLeftovers();
    const { memoryLimitBytes, diskCacheBytes } = defaults;
    // New and for this account alone: the temporary folder is everybody's, and copies of data files lie in here.
    const directory = await mkdtemp(join(this.config.cacheDirectory, `${PREFIX}${process.pid}-`));
    return {
      engine: await DeltaEngine.open({ cacheDirectory: directory, memoryLimitBytes, diskCacheBytes }),
      directory,
    };
  }

  /** Caches of processes that were killed. */
  private async removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.config.cacheDirectory)) {
      const pid = name.startsWith(PREFIX) ? /^\d+/.exec(name.slice(PREFIX.length))?.[0] : undefined;
      if (pid === undefined || isAlive(Number(pid))) continue;
      await rm(join(this.config.cacheDirectory, name), { recursive: true, force: true }).catch((error: unknown) =>
        this.logger.debug(`An old cache could not be removed: ${String(error)}`),
      );
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
