import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeltaEngine } from '@lakescope/delta';
import { DeltaConfig } from '@lakescope/server-config';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { defaults } from './defaults';

/** The engine all inspections share, opened by the first of them: a server that inspects nothing never loads DuckDB. */
@Injectable()
export class LazyDeltaEngine implements OnApplicationShutdown {
  private readonly logger = new Logger('Delta');
  /** A cache belongs to one engine, and several processes may share the machine's temporary folder. */
  private readonly directory: string;
  private opening: Promise<DeltaEngine> | undefined;

  constructor(private readonly config: DeltaConfig) {
    this.directory = join(config.cacheDirectory, `${process.pid}-${randomUUID()}`);
  }

  get(): Promise<DeltaEngine> {
    this.opening ??= this.open().catch((error: unknown) => {
      // The next request tries again: a full disk may have been cleared meanwhile.
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  async onApplicationShutdown(): Promise<void> {
    const engine = await this.opening?.catch(() => undefined);
    if (engine === undefined) return;
    await engine.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async open(): Promise<DeltaEngine> {
    await this.removeLeftovers();
    const { memoryLimitBytes, diskCacheBytes } = defaults;
    return DeltaEngine.open({ cacheDirectory: this.directory, memoryLimitBytes, diskCacheBytes });
  }

  /** Caches of processes that were killed. */
  private async removeLeftovers(): Promise<void> {
    await mkdir(this.config.cacheDirectory, { recursive: true });
    for (const name of await readdir(this.config.cacheDirectory)) {
      const [, pid] = /^(\d+)-/.exec(name) ?? [];
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
