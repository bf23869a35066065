import { LaunchError } from './launch-error';
import { allStopped, stopAndExit } from './stopping';

describe('stopping', () => {
  const said: string[] = [];
  const codes: number[] = [];
  const parts = { say: (line: string) => void said.push(line), exit: (code: number) => void codes.push(code) };
  beforeEach(() => {
    said.length = 0;
    codes.length = 0;
  });

  it('ends with 0 once everything is stopped', async () => {
    await stopAndExit({ stop: () => Promise.resolve() }, 'SIGTERM', parts);

    expect([said, codes]).toEqual([['Stopping (SIGTERM)', 'Stopped'], [0]]);
  });

  it('ends with 1 and the reason when something could not be stopped', async () => {
    const stop = () => Promise.reject(new LaunchError('The state folder cannot be given back (EIO).'));
    await stopAndExit({ stop }, 'SIGTERM', parts);

    expect([said, codes]).toEqual([['Stopping (SIGTERM)', 'The state folder cannot be given back (EIO).'], [1]]);
  });

  it('tells of each part that does not stop, waits for all others, and goes on', async () => {
    let isStopped = false;
    const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void (isStopped = true));
    const rejected = Promise.reject(new LaunchError('No signal could be sent.'));
    const areAll = await allStopped([rejected, undefined, slow], parts.say);

    expect([said, isStopped, areAll]).toEqual([['While stopping: No signal could be sent.'], true, false]);
    expect(await allStopped([undefined, slow], parts.say)).toBe(true);
  });
});
