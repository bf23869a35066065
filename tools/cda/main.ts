import { InvalidSynthetic } from '@lakescope/cda-synthetic';
import { runCommand } from './command';

runCommand(process.argv.slice(2)).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    console.error(error instanceof InvalidSynthetic ? error.message : error);
    process.exitCode = 1;
  },
);
