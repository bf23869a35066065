import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findPostgresBinaries, type PostgresBinaries, type PostgresVersion } from './postgres-binaries';
import { PostgresUnavailable } from './postgres-unavailable';
import { endLeftover } from './postmaster-pid';
import { canReach, choosePostgresUser, type PostgresUser } from './postgres-user';

/** Where one server's programs and files are, and who runs it. */
export interface PostgresHome {
  readonly binaries: PostgresBinaries;
  /** Holds the data folder; the account that runs the server may pass through it. */
  readonly directory: string;
  readonly dataDirectory: string;
  readonly user: PostgresUser | undefined;
}

/** The part of the state folder that is Postgres's: log, superuser password and, where the account reaches it, the data. */
export function postgresFolder(stateDirectory: string): string {
  return join(resolve(stateDirectory), 'postgres');
}

/**
 * Puts the server into the state folder where it can, and into a staging folder where it must: the unprivileged account
 * root lends it cannot pass a 0700 folder above the clone. The staging folder is the same at every start.
 */
export async function settlePostgres(
  stateDirectory: string,
  version: PostgresVersion = 17,
  stagingRoot = defaultStagingRoot(),
): Promise<PostgresHome> {
  const folder = postgresFolder(stateDirectory);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
  const direct = join(folder, 'data');
  const installed = findPostgresBinaries(version);
  const user = choosePostgresUser(direct);
  if (user === undefined) return { binaries: installed, directory: folder, dataDirectory: direct, user };

  const binaries = canReach(user, installed.root) ? installed : stageBinaries(installed, user, stagingRoot);
  const staged = stagedDirectory(stateDirectory, stagingRoot);
  const identity = identityOf(folder);
  if (canReach(user, folder) && (existsSync(direct) || !belongsTo(staged, identity))) {
    return { binaries, directory: folder, dataDirectory: direct, user };
  }
  openStagingRoot(stagingRoot, user);
  if (!belongsTo(staged, identity)) await stageData(direct, staged, identity, user);
  return { binaries, directory: staged, dataDirectory: join(staged, 'data'), user };
}

/** Ends a server that still runs on this state folder and removes its data, also what had to be staged outside. */
export async function removePostgres(stateDirectory: string, stagingRoot = defaultStagingRoot()): Promise<void> {
  const staged = stagedDirectory(stateDirectory, stagingRoot);
  for (const directory of [postgresFolder(stateDirectory), staged]) await endLeftover(join(directory, 'data'));
  rmSync(join(postgresFolder(stateDirectory), 'data'), { recursive: true, force: true });
  if (process.getuid?.() === 0) rmSync(staged, { recursive: true, force: true });
}

// /var/tmp survives a reboot, as the state folder does; /tmp often does not.
function defaultStagingRoot(): string {
  return join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'lakescope-postgres');
}

function stagedDirectory(stateDirectory: string, stagingRoot: string): string {
  const key = createHash('sha256').update(postgresFolder(stateDirectory)).digest('hex').slice(0, 16);
  return join(stagingRoot, `state-${key}`);
}

/** Ties staged data to its state folder: a folder deleted and made anew must not find its predecessor's database. */
function identityOf(folder: string): string {
  const file = join(folder, 'identity');
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function belongsTo(staged: string, identity: string): boolean {
  const file = join(staged, 'identity');
  return existsSync(file) && readFileSync(file, 'utf8') === identity;
}

async function stageData(direct: string, staged: string, identity: string, user: PostgresUser): Promise<void> {
  await endLeftover(join(staged, 'data'));
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged);
  chmodSync(staged, 0o711);
  // A clone that was moved below a closed folder brings its data along.
  const data = join(staged, 'data');
  if (existsSync(direct)) {
    cpSync(direct, data, { recursive: true, preserveTimestamps: true });
    // A copy belongs to who made it, and the server insists on being alone with its data.
    for (const entry of ['.', ...readdirSync(data, { recursive: true, encoding: 'utf8' })]) {
      lchownSync(join(data, entry), user.uid, user.gid);
    }
    chmodSync(data, 0o700);
  }
  writeFileSync(join(staged, 'identity'), identity, { mode: 0o600 });
  rmSync(direct, { recursive: true, force: true });
}

/** One copy per version serves every clone on the machine. */
function stageBinaries(installed: PostgresBinaries, user: PostgresUser, stagingRoot: string): PostgresBinaries {
  openStagingRoot(stagingRoot, user);
  const root = join(stagingRoot, `${installed.version}-${process.arch}`);
  if (!existsSync(root)) {
    const copy = `${root}.${process.pid}`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(installed.root, copy, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(copy, root);
    } catch (cause) {
      rmSync(copy, { recursive: true, force: true });
      // Another launcher may have been first; its copy is as good.
      if (!existsSync(root)) throw cause;
    }
  }
  return { root, version: installed.version };
}

/** The name is predictable and its parent open to all, so nothing that somebody else put there is ever used. */
function openStagingRoot(stagingRoot: string, user: PostgresUser): void {
  mkdirSync(stagingRoot, { recursive: true, mode: 0o755 });
  const entry = lstatSync(stagingRoot);
  if (!entry.isDirectory() || entry.uid !== process.getuid?.()) {
    throw new PostgresUnavailable(`${stagingRoot} belongs to somebody else. Remove it and start again.`);
  }
  chmodSync(stagingRoot, 0o755);
  if (!canReach(user, stagingRoot)) {
    throw new PostgresUnavailable(
      `Postgres runs as user ${user.uid} here, which reaches neither the state folder nor ${stagingRoot}. Start as an ordinary user.`,
    );
  }
}
