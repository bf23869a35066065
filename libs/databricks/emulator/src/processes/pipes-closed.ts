import type { ChildProcess } from 'node:child_process';

/** How long what a process wrote last may be on its way. */
const PATIENCE_MS = 500;

/**
 * To be called once a process has ended and its group was killed. Resolves when what it wrote has been read: its pipes are closed then,
 * unless a program it started in a session of its own holds them, possibly for ever. Those are no longer read.
 */
export async function pipesClosed(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const give = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  // What has come while this program was busy is read first.
  const patience = setTimeout(() => setImmediate(give), PATIENCE_MS);
  await closed;
  clearTimeout(patience);
}
