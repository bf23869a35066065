import { explain } from './explain';

export interface StoppingParts {
  readonly say: (line: string) => void;
  /** Of the process. */
  readonly exit: (code: number) => void;
}

/** Stops everything and ends the process: with 0, or with 1 and the reason when something could not be stopped. Never rejects. */
export async function stopAndExit(
  launcher: { stop(): Promise<void> },
  reason: string,
  { say, exit }: StoppingParts,
): Promise<void> {
  say(`Stopping (${reason})`);
  try {
    await launcher.stop();
  } catch (error) {
    say(explain(error));
    return exit(1);
  }
  say('Stopped');
  exit(0);
}

/**
 * Waits until parts have stopped. One that fails is told of: it is no reason to leave the others running. Never rejects; answers whether
 * all have stopped.
 */
export async function allStopped(
  parts: readonly (Promise<void> | undefined)[],
  say: (line: string) => void,
): Promise<boolean> {
  let areAll = true;
  const tell = (error: unknown): void => {
    areAll = false;
    say(`While stopping: ${explain(error)}`);
  };
  await Promise.all(parts.map((part) => part?.catch(tell)));
  return areAll;
}
