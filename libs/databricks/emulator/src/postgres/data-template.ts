import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { majorVersionOf } from './postgres-binaries';
import type { PostgresHome } from './postgres-home';
import { canReach } from './postgres-user';

/**
 * Whether data folders can be copied from `template` on this machine: by a program that keeps modes, run by an account that
 * reaches the folder.
 */
export function canCopyFrom(template: string, { user }: PostgresHome): boolean {
  return process.platform !== 'win32' && (user === undefined || canReach(user, template));
}

/**
 * Fills the empty data folder with a copy of the one that `template` keeps for this version. Whoever comes first has it
 * made by `make`, which fills the data folder of the home it is given.
 */
export async function copyDataFrom(
  template: string,
  home: PostgresHome,
  make: (home: PostgresHome) => Promise<void>,
): Promise<void> {
  const kept = join(template, majorVersionOf(home.binaries));
  if (!existsSync(kept)) {
    const own = join(template, `new-${randomBytes(6).toString('hex')}`);
    mkdirSync(own, { mode: 0o711 });
    const dataDirectory = join(own, 'data');
    try {
      await make({ ...home, directory: own, dataDirectory });
      renameSync(dataDirectory, kept);
    } catch (cause) {
      // Another process may have been first; its folder is as good.
      if (!existsSync(kept)) throw cause;
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }
  // As the account that runs the server, so that the copy is that account's.
  const { dataDirectory, directory, user } = home;
  await promisify(execFile)('cp', ['-Rp', `${kept}/.`, dataDirectory], { ...user, cwd: directory });
}
