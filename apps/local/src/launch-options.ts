import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error';

/** What the command line asks for. */
export interface LaunchOptions {
  /** First of five ports in a row, and one more for each further replica; 0 takes any that are free. */
  readonly basePort: number;
  /** Processes that the API runs as. */
  readonly replicas: number;
  /** Undefined: the default folder, or a temporary one when ephemeral. */
  readonly stateDirectory: string | undefined;
  readonly ephemeral: boolean;
  readonly reset: boolean;
  readonly demo: boolean;
  readonly mounts: Readonly<Record<string, string>>;
  readonly json: boolean;
  /** Address of a real workspace to develop against; `local` is the embedded one. Undefined: what `.env.local` says. */
  readonly workspace: string | undefined;
  /** Of the Databricks CLI, whose token is used there. */
  readonly profile: string | undefined;
}

export const usage = `npm start -- [options]
  --ports BASE       first of five ports: the app, its API, the workspace, the database, S3 (default 8000; 0 = any free)
  --replicas N       run the API as N processes, 1 to 4, which take turns; the further ones on the ports after the five
  --state DIR        where everything is kept between starts (default .lakescope)
  --ephemeral        keep nothing
  --reset            delete the state folder's content first
  --no-demo          start with an empty lake
  --mount NAME=DIR   show DIR read-only as /Volumes/lakescope/mounts/NAME (repeatable)
  --workspace HOST   develop against a real workspace, with your own rights (docs/local-development.md); "local": the embedded
                     one, although .env.local names another
  --profile P        with --workspace: the profile of the Databricks CLI that signs in
  --json             print endpoints.json instead of the overview
  --help             show this`;

/** Thrown for --help: the text is the answer. */
export class HelpRequested extends Error {}

const portsInARow = 5;
const mostReplicas = 4;

export function parseLaunchOptions(args: readonly string[], directory: string): LaunchOptions {
  const values = parse(args);
  if (values.help) throw new HelpRequested(usage);
  if (values.ephemeral && values.reset) {
    throw new LaunchError('--ephemeral starts with nothing already; use it without --reset.');
  }
  if (values.workspace !== undefined && values.workspace !== 'local' && (values.mount || values['no-demo'])) {
    throw new LaunchError('--mount and --no-demo belong to the embedded workspace; leave them out with --workspace.');
  }
  const replicas = parseReplicas(values.replicas);
  return {
    basePort: parseBase(values.ports, portsInARow + replicas - 1),
    replicas,
    stateDirectory: values.state === undefined ? undefined : resolve(directory, values.state),
    ephemeral: values.ephemeral ?? false,
    reset: values.reset ?? false,
    demo: !values['no-demo'],
    mounts: parseMounts(values.mount ?? [], directory),
    json: values.json ?? false,
    workspace: values.workspace,
    profile: values.profile,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ports: { type: 'string', default: '8000' },
        replicas: { type: 'string', default: '1' },
        state: { type: 'string' },
        ephemeral: { type: 'boolean' },
        reset: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        mount: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        workspace: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('. ');
    throw new LaunchError(`${reason}. See npm start -- --help`, { cause });
  }
}

function parseReplicas(text: string): number {
  const count = /^\d$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= mostReplicas) return count;
  throw new LaunchError(`--replicas ${text} must be a number from 1 to ${mostReplicas}.`);
}

function parseBase(text: string, inARow: number): number {
  const base = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  const last = 65_535 - inARow + 1;
  if (base === 0 || (base >= 1 && base <= last)) return base;
  throw new LaunchError(`--ports ${text} must be a number from 1 to ${last}, or 0 for any free ports.`);
}

/** Folders by name, from `NAME=DIR`. Throws a sentence for what cannot be mounted. */
export function parseMounts(texts: readonly string[], directory: string): Record<string, string> {
  const mounts: Record<string, string> = {};
  for (const text of texts) {
    const [, name = '', folder = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!/^[a-z0-9_][a-z0-9_-]*$/i.test(name) || folder === '') {
      throw new LaunchError(`--mount ${text} must look like NAME=DIR, NAME of letters, digits, _ and -.`);
    }
    if (Object.hasOwn(mounts, name)) throw new LaunchError(`--mount ${name} is given twice.`);
    const path = resolve(directory, folder);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new LaunchError(`--mount ${text}: ${path} is not a folder.`);
    }
    mounts[name] = path;
  }
  return mounts;
}
