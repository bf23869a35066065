import 'reflect-metadata';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { askOn } from './ask';
import { hasCode } from './env-file';
import { EXIT } from './exit-code';
import { run } from './program';

async function main(): Promise<void> {
  // What the server's own parts would log is for the log of a server.
  Logger.overrideLogger(false);
  process.stdout.on('error', readerHasGone);
  const interactive = process.stdin.isTTY && process.stderr.isTTY;
  const code = await run(process.argv.slice(2), {
    root: join(__dirname, '../../..'),
    shell: process.env,
    terminal: {
      out: (text) => void process.stdout.write(`${text}\n`),
      note: (text) => void process.stderr.write(`${text}\n`),
      questions: interactive ? askOn({ input: process.stdin, output: process.stderr }) : undefined,
    },
    onInterrupt,
  });
  await ended(code);
}

/** A second one is not waited for: Node ends the process. */
function onInterrupt(act: () => void): () => void {
  process.once('SIGINT', act).once('SIGTERM', act);
  return () => void process.off('SIGINT', act).off('SIGTERM', act);
}

/** Whoever reads the output may have read enough (`| head`): then there is nobody left to work for. */
function readerHasGone(error: Error): never {
  if (hasCode(error, 'EPIPE')) process.exit(EXIT.failed);
  throw error;
}

/** A connection attempt that was given up may still be under way; nobody waits for it. What was written is written first. */
async function ended(code: number): Promise<never> {
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  process.exit(code);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(EXIT.failed);
});
