import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { aggregateInApp } from './app-commands';
import type { CommandContext } from './command-context';
import { describeDeploy } from './deploy/describe-deploy';
import { describeAppCommands } from './describe-app-commands';
import { doctor, type DoctorOptions } from './doctor-command';
import { CommandFailed, EXIT, type ExitCode } from './exit-code';
import { describeLogs } from './logs/describe-logs';
import {
  aggregateMetrics,
  backUp,
  migrateDown,
  migrateUp,
  restore,
  showMigrations,
  type RestoreOptions,
  type RevertOptions,
  type SchemaOptions,
} from './schema-commands';
import { USUAL_SETTINGS, usualSettings } from './settings-name';
import { addTargetFlags, targetOption } from './targets/target-flags';
import type { TargetName, TargetOptions } from './targets/target-options';

/** Runs one command line; answers what the process is to end with. Never ends the process itself. */
export async function run(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = describe(context, (ended) => (code = ended));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isInterruption(error)) return EXIT.interrupted;
    const failure = asFailure(error);
    context.terminal.note(failure.message);
    return failure.exitCode;
  }
}

/** What a person can act on becomes a sentence; everything else is a fault of the program, and is thrown. */
function asFailure(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  const { code, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  if (typeof code === 'string' && typeof path === 'string') {
    return new CommandFailed(`${path} cannot be used (${code}).`, EXIT.failed, { cause: error });
  }
  throw error;
}

function describe(context: CommandContext, ended: (code: ExitCode) => void): Command {
  const { terminal, root } = context;
  const program = new Command('lakescope')
    .description('Sets up and looks after a Lakescope app.')
    .version(versionOf(root), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  const settings = (): Option =>
    new Option('--settings <file>', 'file with the settings of this machine')
      .default(usualSettings(root), USUAL_SETTINGS)
      .argParser(toAbsolute);

  program
    .command('doctor')
    .description('find the database, write .env.local, and say what is missing and which command repairs it')
    .addOption(
      new Option('--check-only', 'write nothing and ask nothing: exit 0 when everything is configured, 1 when not')
        .default(false)
        .conflicts(['instance', 'endpoint', 'database', 'yes', 'dryRun']),
    )
    .option('--dry-run', 'say what would be written, and write nothing', false)
    .option('--json', 'print the result as JSON', false)
    .option('--yes', 'write what is proposed without asking', false)
    .addOption(targetOption('target of databricks.yml', ['dev', 'prod']).default('dev'))
    .addOption(new Option('--instance <name>', 'take this Lakebase Provisioned instance').conflicts('endpoint'))
    .option('--endpoint <name>', 'take this Lakebase Autoscaling endpoint (projects/p/branches/b/endpoints/e)')
    .option('--database <name>', 'database inside of it')
    .addOption(settings())
    .action(async (options: DoctorOptions) => ended(await doctor(options, context)));

  const migrate = program.command('migrate').description("bring the app's schema up, down, or show where it is");
  migrate
    .command('up')
    .description('apply every migration that is pending')
    .addOption(settings())
    .action(async (options: SchemaOptions) => ended(await migrateUp(options, context)));
  migrate
    .command('down')
    .description('take the last migration back, with the rows of what it made')
    .option('--yes', 'do it without asking', false)
    .addOption(settings())
    .action(async (options: RevertOptions) => ended(await migrateDown(options, context)));
  migrate
    .command('show')
    .description('list every migration and whether it is applied')
    .addOption(settings())
    .action(async (options: SchemaOptions) => ended(await showMigrations(options, context)));

  program
    .command('backup')
    .description("save the app's schema as portable files")
    .argument('<directory>', 'a new or empty folder', toAbsolute)
    .addOption(settings())
    .action(async (directory: string, options: SchemaOptions) => ended(await backUp(directory, options, context)));
  program
    .command('restore')
    .description("bring the app's schema back from the files of a backup")
    .argument('<directory>', 'the folder of the backup', toAbsolute)
    .option('--replace', 'drop what is in the schema first', false)
    .addOption(settings())
    .action(async (directory: string, options: RestoreOptions) => ended(await restore(directory, options, context)));

  const aggregate = program
    .command('aggregate-metrics')
    .alias('aggregate')
    .description(
      'roll metrics up, make the partitions of the coming days, let go of what is old (exit 0 done, 1 database, 2 books): in the database of the settings, or by the running app of a --target',
    );
  addTargetFlags(aggregate, root, 'none').action(
    async ({ target, ...options }: Omit<TargetOptions, 'target'> & { target?: TargetName }) =>
      ended(
        await (target === undefined
          ? aggregateMetrics(options, context)
          : aggregateInApp({ ...options, target }, context)),
      ),
  );

  describeLogs(program, context, ended);
  describeDeploy(program, context, ended);
  describeAppCommands(program, context, ended);
  return program;
}

function toAbsolute(path: string): string {
  return resolve(path);
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Ctrl-C at a question. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExitPromptError';
}
