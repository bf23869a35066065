import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../explain';
import { Progress } from '../progress';
import { stopOnSignals } from '../stop-signals';
import { announcement, parseStandaloneCommand, USAGE } from './command-line';
import { startLocalWorkspace, type RunningLocalWorkspace } from './package';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { only, json, stateDirectory, ...options } = parseStandaloneCommand(process.argv.slice(2), process.cwd());
  if (only === 'help') return print(USAGE);
  if (only === 'version') return print(version());
  const progress = new Progress();
  const starting = startLocalWorkspace({
    ...options,
    ...(stateDirectory === undefined ? {} : { stateDirectory }),
    say: (line) => progress.say(line),
  });
  // npx passes on the Ctrl-C that the terminal has sent to all. A second one does not wait; what runs ends with this process.
  stopOnSignals(
    () => stop(starting),
    () => process.exit(1),
  );
  const { endpoints } = await starting;
  print(json ? JSON.stringify(endpoints) : announcement(endpoints));
}

/** Whatever is still coming up is waited for, so that no process stays behind. Never rejects: what fails is told, and ends with 1. */
async function stop(starting: Promise<RunningLocalWorkspace>): Promise<void> {
  // A start that failed is told by `main`, which ends the process.
  const running = await starting.catch(() => undefined);
  if (running === undefined) return;
  try {
    await running.close();
  } catch (error) {
    fail(error);
  }
  process.exit(0);
}

function version(): string {
  const { version: own } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  return own;
}

function fail(error: unknown): never {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

main().catch(fail);
