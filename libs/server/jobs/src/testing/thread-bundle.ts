import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const BUNDLES = 'dist/.test';

/** The thread of the engine as a file that Node can run: what the build puts beside the bundle of the server. */
export class ThreadBundle {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<ThreadBundle> {
    await mkdir(BUNDLES, { recursive: true });
    // Under the repository, so that it finds the packages that are installed there.
    const folder = await mkdtemp(join(BUNDLES, 'thread-'));
    const entry = 'libs/server/jobs/src/engine/ingestion-thread.ts';
    const file = join(folder, 'ingestion-thread.js');
    await promisify(execFile)(process.execPath, ['apps/api/build-for-tests.mjs', file, entry]);
    return new ThreadBundle(folder);
  }

  get file(): string {
    return resolve(this.folder, 'ingestion-thread.js');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
