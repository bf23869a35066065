import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyDataFrom } from './data-template';
import { majorVersionOf, programOf } from './postgres-binaries';
import type { PostgresHome } from './postgres-home';
import { PostgresUnavailable } from './postgres-unavailable';

export const superuser = 'postgres';
/** What everybody connects to. */
export const database = 'databricks_postgres';

/**
 * The superuser's password: made once per state folder, readable by its owner alone. It is part of the data, so data that
 * is copied from a template comes with the password of the template.
 */
export function superuserPassword(folder: string, template?: string): string {
  const file = join(folder, 'superuser-password');
  if (!existsSync(file)) {
    const password = template === undefined ? randomBytes(24).toString('base64url') : superuserPassword(template);
    keepFirst(file, password);
  }
  return readFileSync(file, 'utf8').trim();
}

/** Of several processes that write at once the first one stays, and nobody reads half of it. */
function keepFirst(file: string, text: string): void {
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(own, text, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(own);
  }
}

/** Makes the data folder on first use, and refuses one that this server cannot read. */
export async function prepareDataDirectory(home: PostgresHome, password: string, template?: string): Promise<void> {
  const versionFile = join(home.dataDirectory, 'PG_VERSION');
  if (existsSync(home.dataDirectory) && ownedByAnother(home)) {
    throw new PostgresUnavailable(
      `${home.dataDirectory} belongs to another user. Start as that user, or choose a folder of your own with --state.`,
    );
  }
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    const wanted = majorVersionOf(home.binaries);
    if (found !== wanted) {
      throw new PostgresUnavailable(
        `${home.dataDirectory} was made by Postgres ${found}, but this is Postgres ${wanted}. Start with --reset (deletes local data) or with another --state folder.`,
      );
    }
    return;
  }
  // Without PG_VERSION an earlier first start was cut short; nothing of it is of use.
  rmSync(home.dataDirectory, { recursive: true, force: true });
  if (template === undefined) return initialize(home, password);
  makeEmpty(home);
  await copyDataFrom(template, home, async (ofTemplate) => {
    await initialize(ofTemplate, password);
    await createDatabase(ofTemplate);
  });
}

/** Without a server: to make the database costs each copy more than to copy it. */
async function createDatabase({ binaries, dataDirectory, directory, user }: PostgresHome): Promise<void> {
  const postgres = promisify(execFile)(programOf(binaries, 'postgres'), ['--single', '-D', dataDirectory, superuser], {
    ...user,
    cwd: directory,
    env: postgresEnvironment(),
  });
  // One line is one statement.
  postgres.child.stdin?.end(`CREATE DATABASE ${database}\n`);
  await postgres;
}

function makeEmpty(home: PostgresHome): void {
  mkdirSync(home.dataDirectory, { mode: 0o700 });
  giveTo(home, home.dataDirectory);
}

// Root runs the server as the owner of the data, so only an ordinary user can meet somebody else's.
function ownedByAnother(home: PostgresHome): boolean {
  const me = process.getuid?.();
  return home.user === undefined && me !== undefined && statSync(home.dataDirectory).uid !== me;
}

async function initialize(home: PostgresHome, password: string): Promise<void> {
  makeEmpty(home);
  const passwordFile = join(home.directory, `initdb-${randomBytes(6).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(home, passwordFile);
  const options = [
    `--pgdata=${home.dataDirectory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...builtInLocale(home),
    '--no-sync',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(programOf(home.binaries, 'initdb'), options, {
      ...home.user,
      cwd: home.directory,
      env: postgresEnvironment(),
    });
  } catch (cause) {
    rmSync(home.dataDirectory, { recursive: true, force: true });
    const { stderr, message } = cause as Error & { stderr?: string };
    const reason = stderr?.split('\n').find((line) => line.trim() !== '') ?? message;
    throw new PostgresUnavailable(`Postgres could not make its data folder: ${reason}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Built into the server since 17, so the same order of text everywhere and no locale of the machine is needed. */
function builtInLocale({ binaries }: PostgresHome): string[] {
  return Number(majorVersionOf(binaries)) < 17 ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
}

function giveTo(home: PostgresHome, path: string): void {
  if (home.user !== undefined) chownSync(path, home.user.uid, home.user.gid);
}

/** Nothing of the caller's environment (PG*, locale) may change how the server behaves. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...windowsEssentials() };
}

function windowsEssentials(): NodeJS.ProcessEnv {
  return process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'], TEMP: process.env['TEMP'] } : {};
}
