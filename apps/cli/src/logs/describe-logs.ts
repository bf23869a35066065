import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext } from '../command-context';
import type { ExitCode } from '../exit-code';
import { addTargetFlags } from '../targets/target-flags';
import { LEVEL_NAMES } from './log-line';
import { logs, type LogsOptions } from './logs-command';

/** What a timer of Node can wait. */
const LONGEST_SECONDS = 2_000_000;

/** `logs` as the command line has it. */
export function describeLogs(program: Command, context: CommandContext, ended: (code: ExitCode) => void): void {
  const command = program
    .command('logs')
    .description("follow the app's log, as the platform keeps it, until Ctrl-C (exit 0)")
    .option('--search <text>', 'only lines in which the platform finds this text')
    .option('--duration <seconds>', 'end after this time (exit 0)', toSeconds)
    .addOption(new Option('--level <level>', 'leave out lines of the app below this level').choices([...LEVEL_NAMES]))
    .option('--json', 'print each line as JSON: source, timestamp in seconds, message', false);
  addTargetFlags(command, context.root).action(async (options: LogsOptions) => ended(await logs(options, context)));
}

function toSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new InvalidArgumentError(`It is a number of seconds, above 0 and at most ${LONGEST_SECONDS}.`);
}
