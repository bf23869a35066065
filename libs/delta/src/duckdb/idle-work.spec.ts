import { setTimeout as sleep } from 'node:timers/promises';
import { IdleWork } from './idle-work';

describe('idle work', () => {
  let idle: IdleWork;
  beforeEach(() => {
    idle = new IdleWork();
  });
  afterEach(() => idle.close());

  it('goes on piece by piece while nobody reads', async () => {
    let pieces = 0;
    const done = new Promise<void>((resolve) => {
      idle.add({}, async () => {
        pieces += 1;
        if (pieces === 3) resolve();
        return pieces < 3;
      });
    });
    await done;
    await sleep(400);

    expect(pieces).toBe(3);
  });

  it('is interrupted by whoever reads, and begun again when nobody does', async () => {
    const begun: AbortSignal[] = [];
    let tell: () => void = () => undefined;
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        tell = resolve;
      });
    const first = next();
    idle.add({}, async (signal) => {
      begun.push(signal);
      tell();
      if (begun.length > 1) return false;
      await sleep(60_000, undefined, { signal });
      return true;
    });
    await first;
    const second = next();
    const duringRead = await idle.pausedFor(async () => {
      await sleep(300);
      return begun.length;
    });
    await second;

    expect(duringRead).toBe(1);
    expect(begun.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('that fails is not begun again, and does not keep other work from its turn', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const failed = jest.fn(async () => {
      throw new Error('no space left');
    });
    idle.add({}, failed);
    await new Promise<void>((resolve) => {
      idle.add({}, async () => {
        resolve();
        return false;
      });
    });

    await sleep(300);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('no space left'), { code: 'DELTA_IDLE_WORK' });
    expect(failed).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });

  it('is not begun after it was closed or its subject dropped', async () => {
    const [dropped, closed] = [{}, {}];
    const step = jest.fn(async () => false);
    idle.add(dropped, step);
    idle.drop(dropped);
    idle.add(closed, step);
    await idle.close();
    await sleep(300);

    expect(step).not.toHaveBeenCalled();
  });
});
