import packageFile from '../../package.json';
import { EXIT, main } from './program';

/** What a process ends with that a signal stopped at once. */
const STOPPED = 130;

const stop = new AbortController();
let signals = 0;

function stopped(): void {
  signals += 1;
  if (signals > 1) process.exit(STOPPED);
  process.stderr.write('\nStopping at the next folder; once more stops at once, which loses nothing either.\n');
  stop.abort();
}

process.on('SIGINT', stopped);
process.on('SIGTERM', stopped);
// Whoever reads the output may have read enough (`| head`): then there is nobody left to work for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.leftBehind);
  throw error;
});

main(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  notes: {
    isInteractive: process.stderr.isTTY,
    get columns() {
      return process.stderr.columns || 80;
    },
    write: (text) => void process.stderr.write(text),
  },
  version: packageFile.version,
  signal: stop.signal,
  now: () => Date.now(),
}).then(
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    console.error(error);
    process.exit(EXIT.leftBehind);
  },
);
