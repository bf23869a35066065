import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../explain';
import { Progress } from '../progress';
import { announcement, parseStandaloneCommand, USAGE } from './command-line';
import { startLocalWorkspace, type RunningLocalWorkspace } from './package';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
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
  for (const signal of SIGNALS) process.once(signal, () => void stop(starting));
  const { endpoints } = await starting;
  print(json ? JSON.stringify(endpoints) : announcement(endpoints));
}

/** Whatever is still coming up is waited for, so that no process stays behind. */
async function stop(starting: Promise<RunningLocalWorkspace>): Promise<void> {
  // A start that failed is told by `main`, which ends the process.
  const running = await starting.catch(() => undefined);
  if (running === undefined) return;
  await running.close();
  process.exit(0);
}

function version(): string {
  const { version: own } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  return own;
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
