import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LaunchError } from '../launch-error';
import { parseMounts } from '../launch-options';
import type { LocalWorkspaceEndpoints, LocalWorkspaceOptions } from './package';

export const USAGE = `lakescope-local [options]: a Databricks workspace on this machine
  --ports BASE       first of three ports: REST, database, S3 (default 8002; 0 = any free)
  --state DIR        where everything is kept between starts; without it nothing is kept
  --no-demo          start with an empty lake
  --mount NAME=DIR   show DIR read-only as /Volumes/lakescope/mounts/NAME (repeatable)
  --json             print where everything is as JSON, credentials included
  --version          print the version
  --help             show this`;

export interface StandaloneCommand extends Required<Pick<LocalWorkspaceOptions, 'basePort' | 'demo' | 'mounts'>> {
  readonly stateDirectory: string | undefined;
  readonly json: boolean;
  /** What is to be printed instead of starting anything. */
  readonly only: 'help' | 'version' | undefined;
}

const HIGHEST_BASE = 65_533;

/** Throws a sentence for what cannot be used. `directory` is where relative paths begin. */
export function parseStandaloneCommand(args: readonly string[], directory: string): StandaloneCommand {
  const values = parse(args);
  return {
    basePort: parseBase(values.ports),
    stateDirectory: values.state === undefined ? undefined : resolve(directory, values.state),
    demo: !values['no-demo'],
    mounts: parseMounts(values.mount ?? [], directory),
    json: values.json ?? false,
    only: values.help ? 'help' : values.version ? 'version' : undefined,
  };
}

/** What is printed when everything answers. Tokens are left out: `--json` has them. */
export function announcement({ workspace, postgres, s3, warehouse_id, personas }: LocalWorkspaceEndpoints): string {
  const people = Object.entries(personas).map(([name, { user_name }]) => `    ${name.padEnd(9)} ${user_name}`);
  return [
    '',
    `  REST       ${workspace}   (DATABRICKS_HOST)`,
    `  Lakebase   ${postgres.host}:${postgres.port}/${postgres.database}   certificates: ${postgres.ca_file}`,
    `  SQL        warehouse ${warehouse_id}`,
    `  S3         ${s3.endpoint}`,
    '  Personas, whose tokens --json prints',
    ...people,
    '',
    '  Ctrl-C stops everything.',
  ].join('\n');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ports: { type: 'string', default: '8002' },
        state: { type: 'string' },
        'no-demo': { type: 'boolean' },
        mount: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('. ');
    throw new LaunchError(`${reason}. See lakescope-local --help`, { cause });
  }
}

function parseBase(text: string): number {
  const base = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (base === 0 || (base >= 1 && base <= HIGHEST_BASE)) return base;
  throw new LaunchError(`--ports ${text} must be a number from 1 to ${HIGHEST_BASE}, or 0 for any free ports.`);
}
