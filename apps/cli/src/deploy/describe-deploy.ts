import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext } from '../command-context';
import type { ExitCode } from '../exit-code';
import { addTargetFlags } from '../targets/target-flags';
import { deploy } from './deploy-command';
import type { DeployOptions } from './deploy-options';

/** What a timer of Node can wait. */
const LONGEST_SECONDS = 2_000_000;

/** `deploy` as the command line has it. */
export function describeDeploy(program: Command, context: CommandContext, ended: (code: ExitCode) => void): void {
  const { root } = context;
  addTargetFlags(
    program
      .command('deploy')
      .description('build, check and deploy the app, wait until it is ready, and ask it (exit 1 with the way back)'),
    root,
  )
    .option('--staged <folder>', 'deploy this folder, which was staged before, and build nothing', toAbsolute)
    .addOption(
      new Option(
        '--source <path>',
        'deploy this folder of the workspace again, e.g. that of an earlier deployment',
      ).conflicts('staged'),
    )
    .addOption(
      new Option(
        '--instance <name>',
        'the Lakebase instance for this deployment, although the app may have its data in another one; put it into databricks.yml as well',
      ).conflicts('source'),
    )
    .option('--no-cli', 'through the REST API, although the Databricks CLI is there')
    .option('--webhook <url>', 'tell this https URL how it went: status, app, id and seconds')
    .option('--timeout <seconds>', 'time the platform has for the deployment', toSeconds, 1_200)
    .option('--ready <seconds>', 'time the app has to become ready after that', toSeconds, 60)
    .option('--json', 'print each step as a line of JSON, and the result as the last one', false)
    .action(async (options: DeployOptions) => ended(await deploy(options, context)));
}

function toAbsolute(path: string): string {
  return resolve(path);
}

function toSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new InvalidArgumentError(`It is a number of seconds, above 0 and at most ${LONGEST_SECONDS}.`);
}
