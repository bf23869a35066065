import { access, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { AppLog } from '../../app-logs/app-log';
import { errorCode } from '../../state/error-code';
import { AppProcess } from './app-process';
import { DeploymentFailed } from './deployment-failed';

/** Settings of npm and of the way out of this machine: packages come from where this machine gets them. */
const KEPT =
  /^(npm_config_(registry|cache|userconfig|globalconfig|cafile|prefer_offline|offline)|https?_proxy|no_proxy|node_extra_ca_certs|home|tmpdir|temp|systemroot|appdata|localappdata|userprofile)$/i;

export interface Installation {
  readonly directory: string;
  readonly log: AppLog;
  readonly machine: Readonly<NodeJS.ProcessEnv>;
  readonly patienceMilliseconds: number;
  readonly signal: AbortSignal;
  /** Told of every process, so that a workspace that was killed can clean up at its next start. */
  readonly noteProcess: (pid: number) => Promise<void>;
}

/**
 * What the platform does with a folder that has a package.json, before it starts the app: installs its packages unless they
 * came along, and builds it when it says how. Throws DeploymentFailed with npm's last words.
 */
export async function installPackages(installation: Installation): Promise<void> {
  const { directory } = installation;
  const manifest = await packageOf(directory);
  if (manifest === undefined) return;
  const builds = manifest.scripts?.['build'] !== undefined;
  if (!(await exists(join(directory, 'node_modules')))) {
    const verb = (await exists(join(directory, 'package-lock.json'))) ? 'ci' : 'install';
    // A build may need what only developing needs.
    await npm(installation, [verb, ...(builds ? [] : ['--omit=dev']), '--no-audit', '--no-fund']);
  }
  if (builds) await npm(installation, ['run', 'build']);
}

async function npm(installation: Installation, args: readonly string[]): Promise<void> {
  const { directory, log, machine, patienceMilliseconds, signal, noteProcess } = installation;
  const what = `npm ${args.join(' ')}`;
  log.write('SYSTEM', `Running ${what}`);
  const began = performance.now();
  const kept = Object.entries(machine).flatMap(([name, value]): [string, string][] =>
    value !== undefined && KEPT.test(name) ? [[name, value]] : [],
  );
  const child = AppProcess.start({
    command: ['npm', ...args],
    directory,
    environment: {
      ...Object.fromEntries(kept),
      PATH: [dirname(process.execPath), machine['PATH'] ?? ''].join(delimiter),
    },
    log,
    source: 'SYSTEM',
  });
  await child.noted(noteProcess);
  const outcome = await Promise.race([child.ended, child.over(patienceMilliseconds, signal)]);
  if (outcome === 'over') {
    await child.stop(0);
    signal.throwIfAborted();
    throw new DeploymentFailed(`${what} was not done after ${Math.round(patienceMilliseconds / 1000)} s.`);
  }
  if (outcome !== 'code 0') {
    throw new DeploymentFailed(`${what} failed (${outcome}).`, { lastWords: child.lastWords() });
  }
  log.write('SYSTEM', `${what} took ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function packageOf(directory: string): Promise<{ scripts?: Record<string, unknown> } | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, 'package.json'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? content : {};
  } catch (cause) {
    throw new DeploymentFailed('package.json is no JSON.', { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
