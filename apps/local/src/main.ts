import { join, resolve } from 'node:path';
import { apiCommand } from './api-command';
import { explain } from './explain';
import { HelpRequested, parseLaunchOptions } from './launch-options';
import { Launcher, StoppedWhileStarting } from './launcher';
import { stopAndExit } from './stopping';
import { onRestartSignal, stopOnSignals, stopWithParent } from './stop-signals';
import { Progress } from './progress';
import { remoteSettings } from './remote/remote-settings';

const root = resolve(__dirname, '../../..');

async function main(): Promise<void> {
  const progress = new Progress();
  const directory = process.cwd();
  const options = parseLaunchOptions(process.argv.slice(2), directory);
  const launcher = new Launcher(options, {
    api: apiCommand(root),
    defaultStateDirectory: join(root, '.lakescope'),
    directory,
    environment: process.env,
    remote: remoteSettings(options, directory, process.env),
    progress,
    print: (text) => process.stdout.write(`${text}\n`),
  });
  const stop = (reason: string): Promise<void> =>
    stopAndExit(launcher, reason, { say: (line) => progress.say(line), exit: (code) => process.exit(code) });
  stopOnSignals(stop, () => launcher.hurry());
  stopWithParent(stop);
  onRestartSignal(() => void launcher.restartApi());
  // `npm run dev` asks for this after a rebuild.
  process.on('message', (message) => {
    if (message === 'restart-api') void launcher.restartApi();
  });
  // Asked or not, the channel is no reason to stay.
  process.channel?.unref();
  try {
    await launcher.start();
  } catch (error) {
    if (error instanceof StoppedWhileStarting) return launcher.stop();
    // Why it did not start is what counts, whatever else does not stop after it.
    await launcher.stop().catch((left: unknown) => progress.say(explain(left)));
    throw error;
  }
}

main().catch((error: unknown) => {
  if (error instanceof HelpRequested) {
    process.stdout.write(`${error.message}\n`);
    process.exit(0);
  }
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
