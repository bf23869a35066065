import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { PlatformError, type DatabricksClient, type RetryPolicy } from '@lakescope/databricks-client';
import type { StagedFile, StagedFolder } from './staged-folder';
import type { Say } from './steps';

/** Files on their way at once: more make the workspace answer 429. */
const AT_ONCE = 8;
/** A cut line is back within seconds, or it is gone. */
const PATIENT: RetryPolicy = {
  delaysMs: [200, 1_000, 3_000, 8_000],
  budgetMs: 60_000,
  waitWhenRateLimited: true,
  repeatServerErrors: true,
};
/** Folders of earlier deployments that stay, to go back to. */
const KEPT = 5;
const OWN_NAME = /^\d{8}-\d{6}-[0-9a-f]{6}$/;

/** Which file could not be uploaded, and why. */
export class UploadFailed extends Error {
  override readonly name = 'UploadFailed';

  constructor(
    readonly path: string,
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super(`${path}: ${reason}`, options);
  }
}

/** Where the deployments of an app by this person lie: below their own folder, which nobody else can change. */
export function deploymentsFolder(userName: string, appName: string): string {
  return `/Workspace/Users/${userName}/.lakescope/${appName}`;
}

/** A name that no earlier deployment has, and that sorts by time. */
export function newFolderName(now = new Date()): string {
  const [day = '', time = ''] = now.toISOString().replaceAll(/[-:]/g, '').split(/[T.]/);
  return `${day}-${time}-${randomBytes(3).toString('hex')}`;
}

/**
 * Puts the files into a new folder of the workspace, several at once, each again when the line is cut. The folder is nothing to the app
 * until it is deployed.
 *
 * @throws UploadFailed once a file cannot be uploaded; no other one is begun then
 */
export async function uploadFolder(
  client: Pick<DatabricksClient, 'workspaceFiles'>,
  folder: StagedFolder,
  destination: string,
  say: Say,
): Promise<void> {
  const directories = new Set(folder.files.map(({ path }) => posix.dirname(posix.join(destination, path))));
  for (const directory of directories) {
    await failingAs(directory, client.workspaceFiles.makeDirectory(directory, { retry: PATIENT }));
  }
  // The largest first, so that none of them is what everything waits for in the end.
  const waiting = [...folder.files].sort((one, other) => one.bytes - other.bytes);
  const stopped = new AbortController();
  let sent = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined && !stopped.signal.aborted; file = waiting.pop()) {
      await put(client, file, posix.join(destination, file.path), stopped);
      sent += file.bytes;
      if (sent - told < folder.bytes / 4 || sent === folder.bytes) continue;
      told = sent;
      say(`${Math.round((100 * sent) / folder.bytes)} % of ${(folder.bytes / 1e6).toFixed(1)} MB`);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  // Others were only stopped because of the first one.
  const failure = failures.find((error) => !isStopped(error)) ?? failures[0];
  if (failure !== undefined) throw failure;
}

/** Deletes what lies in the folder of deployments beyond the newest ones; what is named stays in any case. */
export async function forgetOldFolders(
  client: Pick<DatabricksClient, 'workspaceFiles'>,
  parent: string,
  inUse: readonly (string | undefined)[],
): Promise<number> {
  const objects = await client.workspaceFiles.list(parent);
  const old = objects
    .flatMap(({ object_type: type, path }) =>
      type === 'DIRECTORY' && path !== undefined ? [posix.basename(path)] : [],
    )
    .filter((name) => OWN_NAME.test(name))
    .sort()
    .reverse()
    .slice(KEPT)
    .filter((name) => !inUse.some((path) => path?.endsWith(`/${name}`) === true));
  for (const name of old) await client.workspaceFiles.deleteDirectory(`${parent}/${name}`);
  return old.length;
}

async function put(
  client: Pick<DatabricksClient, 'workspaceFiles'>,
  { path, bytes, read }: StagedFile,
  destination: string,
  stopped: AbortController,
): Promise<void> {
  try {
    const options = { retry: PATIENT, signal: stopped.signal };
    await failingAs(path, client.workspaceFiles.put(destination, read, bytes, options));
  } catch (error) {
    stopped.abort();
    throw error;
  }
}

async function failingAs(path: string, act: Promise<void>): Promise<void> {
  try {
    await act;
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    throw new UploadFailed(path, cause.message, { cause });
  }
}

function isStopped(error: unknown): boolean {
  return error instanceof UploadFailed && error.cause instanceof PlatformError && error.cause.kind === 'aborted';
}
