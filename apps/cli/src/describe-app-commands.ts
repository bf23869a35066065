import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { call, health, open, openApi, status, type CallOptions, type JsonOption } from './app-commands';
import type { CommandContext } from './command-context';
import type { ExitCode } from './exit-code';
import { addTargetFlags } from './targets/target-flags';
import type { TargetOptions } from './targets/target-options';

/** The commands that act on an app in a workspace, as the command line has them. */
export function describeAppCommands(program: Command, context: CommandContext, ended: (code: ExitCode) => void): void {
  const { root } = context;
  const json = 'print the result as JSON';

  addTargetFlags(
    program
      .command('call')
      .description('call the deployed app with your own OAuth token (exit 1 from status 400 on)')
      .argument('<path>', 'path of the app, e.g. /api/v1/user/me')
      .option('-X, --request <method>', 'method; POST where data is given')
      .option('-d, --data <json>', 'JSON, or @FILE with JSON in it'),
    root,
  ).action(async (path: string, options: CallOptions) => ended(await call(path, options, context)));

  addTargetFlags(
    program
      .command('status')
      .description('what the platform says of the app, its compute and its deployments (exit 1 unless it runs)')
      .option('--json', json, false),
    root,
  ).action(async (options: TargetOptions & JsonOption) => ended(await status(options, context)));

  addTargetFlags(
    program
      .command('open')
      .description('print where the app is, and open it in a browser where there is one')
      .option('--no-browser', 'print only'),
    root,
  ).action(async (options: TargetOptions & { browser: boolean }) => ended(await open(options, context)));

  addTargetFlags(
    program
      .command('health')
      .description('ask the app whether it is well (exit 1 unless it is ready)')
      .option('--json', json, false),
    root,
  ).action(async (options: TargetOptions & JsonOption) => ended(await health(options, context)));

  addTargetFlags(
    program
      .command('openapi')
      .description('print the OpenAPI document of the API: of this checkout, or of the running app of a --target')
      .option('--out <file>', 'write it into this file', toAbsolute),
    root,
    'none',
  ).action(async (options: Partial<TargetOptions> & { out?: string }) =>
    ended(await openApi(options, join(root, 'libs/contract/openapi.json'), context)),
  );
}

function toAbsolute(path: string): string {
  return resolve(path);
}
