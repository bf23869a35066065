import type { Environment } from '@lakescope/server-config';
import { CommandFailed } from '../exit-code';
import type { Target } from '../targets/target';
import { runCommand } from './run-command';
import type { Say } from './steps';

/** The first version whose bundles know everything that databricks.yml has: apps with a database resource, and Lakebase instances. */
export const NEEDED_VERSION = '0.265.0';

const UPGRADE: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew upgrade databricks',
  win32: 'winget upgrade Databricks.DatabricksCLI',
};
const UPGRADE_ELSEWHERE = 'curl -fsSL https://raw.githubusercontent.com/databricks/setup-cli/main/install.sh | sudo sh';
const PATIENCE_WITH_VERSION_MS = 30_000;
/** A Lakebase instance that a bundle creates takes some minutes. */
const PATIENCE_WITH_BUNDLE_MS = 45 * 60_000;

/** What the Databricks CLI is told about itself: where to go, and nothing of what else lies around. */
const OF_ITS_OWN = /^DATABRICKS_(?!BUNDLE_|CACHE_|CLI_|TF_|LOG_)/;

/** The version of the Databricks CLI on this machine, or undefined when it is not there. */
export async function databricksCliVersion(directory: string, shell: Environment): Promise<string | undefined> {
  const ended = await runCommand('databricks', ['--version'], {
    directory,
    environment: shell,
    patienceMs: PATIENCE_WITH_VERSION_MS,
  });
  if (ended === undefined) return undefined;
  const version = /\bv?(\d+\.\d+\.\d+)/.exec(`${ended.out}\n${ended.complaint.join('\n')}`)?.[1];
  if (version !== undefined) return version;
  throw new CommandFailed('`databricks --version` does not say which version it is: deploy without it by --no-cli.');
}

/** @throws CommandFailed with how to upgrade, which is never done for anybody */
export function refuseOldCli(version: string, platform: NodeJS.Platform = process.platform): void {
  if (!isOlder(version, NEEDED_VERSION)) return;
  throw new CommandFailed(
    `The Databricks CLI ${version} is too old to deploy databricks.yml, which needs ${NEEDED_VERSION}. Upgrade it: ${UPGRADE[platform] ?? UPGRADE_ELSEWHERE} Or deploy without it: --no-cli.`,
  );
}

/**
 * `databricks bundle ...` in the name of whoever runs the command; answers what it printed. The token goes by the environment, never by the
 * command line, and is a fresh one, because a bundle may take as long as a token lives.
 *
 * @throws CommandFailed with what the CLI complained of
 */
export async function runBundle(
  args: readonly string[],
  target: Target,
  surroundings: { directory: string; shell: Environment },
  say: Say,
): Promise<string> {
  target.tokens.renew();
  const token = await target.tokens.current();
  const ended = await runCommand('databricks', ['bundle', ...args, '--target', target.name], {
    directory: surroundings.directory,
    environment: {
      ...Object.fromEntries(Object.entries(surroundings.shell).filter(([name]) => !OF_ITS_OWN.test(name))),
      DATABRICKS_HOST: target.workspace.origin,
      DATABRICKS_TOKEN: token.reveal(),
      DATABRICKS_AUTH_TYPE: 'pat',
    },
    onLine: say,
    patienceMs: PATIENCE_WITH_BUNDLE_MS,
  });
  if (ended?.code === 0) return ended.out;
  const said = [...(ended?.complaint ?? []), ...(ended?.out ?? '').split('\n')].filter((line) => line.trim() !== '');
  const reason = said.findLast((line) => /^Error\b/.test(line)) ?? said.at(-1) ?? 'it said nothing';
  throw new CommandFailed(
    `\`databricks bundle ${args.join(' ')} --target ${target.name}\` failed: ${reason.trimEnd()}${whatHelps(said, target)}`,
  );
}

/** A bundle takes nothing over that it did not make, unless it is told to. */
function whatHelps(said: readonly string[], { bundle, name }: Pick<Target, 'bundle' | 'name'>): string {
  if (!said.some((line) => /already exists|\bALREADY_EXISTS\b/i.test(line))) return '';
  const key = /\b(?:databricks_\w+|resources\.\w+)\.(\w+)/.exec(said.join('\n'))?.[1] ?? 'lakescope';
  const ids: Readonly<Record<string, string>> = { lakescope: bundle.appName, lakebase: bundle.instanceName };
  const id = ids[key] ?? 'ID';
  return ` -> It is there already, and this bundle did not make it. Let the bundle take it over: databricks bundle deployment bind ${key} ${id} --target ${name}. Or deploy without the bundle: --no-cli.`;
}

function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split('.').map(Number));
  for (const [index, part] of (other ?? []).entries()) {
    const mine = one?.[index] ?? 0;
    if (mine !== part) return mine < part;
  }
  return false;
}
