import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PostgresUnavailable } from './postgres-unavailable';

/** Who the server runs as when we may not run it as ourselves. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root, so root lends it an account without rights; everybody else runs it as themselves
 * (undefined). Data that an ordinary user made earlier stays that user's.
 */
export function choosePostgresUser(dataDirectory: string): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return unprivilegedAccount(readFileSync('/etc/passwd', 'utf8'));
}

/** initdb looks its own account up by number, so the account must be listed; `nobody` is on every Unix. */
export function unprivilegedAccount(passwd: string): PostgresUser {
  for (const wanted of ['nobody', 'postgres', 'daemon']) {
    const line = passwd.split('\n').find((candidate) => candidate.startsWith(`${wanted}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new PostgresUnavailable(
    'Postgres does not run as root and /etc/passwd names no unprivileged account (nobody, postgres, daemon). Start as an ordinary user.',
  );
}

/** Whether the account may pass every folder down to `path` and read it: a clone below a 0700 folder is out of its reach. */
export function canReach(
  user: PostgresUser,
  path: string,
  stat: (path: string) => Pick<Stats, 'mode' | 'uid' | 'gid'> | undefined = (at) =>
    statSync(at, { throwIfNoEntry: false }),
): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    const entry = stat(at);
    // What does not exist yet will be made for the account; its parents decide.
    if (entry !== undefined && (permissionsFor(user, entry) & 0o1) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function permissionsFor(user: PostgresUser, entry: Pick<Stats, 'mode' | 'uid' | 'gid'>): number {
  if (entry.uid === user.uid) return (entry.mode >> 6) & 0o7;
  if (entry.gid === user.gid) return (entry.mode >> 3) & 0o7;
  return entry.mode & 0o7;
}
