import { InvalidSynthetic } from '@lakescope/cda-synthetic';
import { runCommand } from './command';
import { runConformance } from './conformance';

/** `conformance` needs the engine and a Python; everything else only makes data. */
async function main(args: readonly string[]): Promise<string> {
  if (args[0] !== 'conformance') return runCommand(args);
  const { text, agrees } = await runConformance();
  if (!agrees) process.exitCode = 1;
  return text;
}

main(process.argv.slice(2)).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    console.error(error instanceof InvalidSynthetic ? error.message : error);
    process.exitCode = 1;
  },
);
