import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { USUAL_SETTINGS, usualSettings } from '../settings-name';
import { USUAL_STATE } from './local-endpoints';
import { CommandFailed } from '../exit-code';
import { TARGETS } from './target-options';

/**
 * The flags of `TargetOptions`, the same for every command that acts on an app in a workspace. `root` is the folder of the clone; without a
 * usual target the command does something else where none is named.
 */
export function addTargetFlags(command: Command, root: string, usual: 'dev' | 'none' = 'dev'): Command {
  const target = targetOption('target of databricks.yml, or local: the workspace that `npm start` runs', TARGETS);
  return command
    .addOption(usual === 'none' ? target : target.default(usual))
    .addOption(
      new Option('--state <folder>', 'state folder of `npm start`, for --target local')
        .default(join(root, USUAL_STATE), USUAL_STATE)
        .argParser((path: string) => resolve(path)),
    )
    .option('--app <name>', 'another app than the one databricks.yml names')
    .option('--as <who>', 'profile of the Databricks CLI, or persona of the local workspace')
    .addOption(
      new Option('--settings <file>', 'file with the settings of this machine')
        .default(usualSettings(root), USUAL_SETTINGS)
        .argParser((path: string) => resolve(path)),
    );
}

/** `--target`. One that is not there is no fault of the command line: it ends with 1, as all that a folder or a workspace does not have. */
export function targetOption(description: string, targets: readonly string[]): Option {
  return new Option('--target <target>', `${description} (choices: ${targets.join(', ')})`).argParser((text) => {
    if (targets.includes(text)) return text;
    const [last, ...others] = targets.map((name) => `--target ${name}`).toReversed();
    throw new CommandFailed(`There is no target ${text}: take ${others.toReversed().join(', ')} or ${last}.`);
  });
}
