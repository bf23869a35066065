import { WarehouseCompute } from './warehouse-compute';

const MINUTE = 60_000;

describe('the compute of a warehouse', () => {
  const never = new AbortController().signal;
  let compute: WarehouseCompute;

  beforeEach(() => {
    jest.useFakeTimers();
    compute = new WarehouseCompute({ startMilliseconds: 2000, stopMilliseconds: 500 }, 10 * MINUTE);
  });
  afterEach(() => {
    compute.close();
    jest.useRealTimers();
  });

  const after = async (milliseconds: number) => {
    await jest.advanceTimersByTimeAsync(milliseconds);
    return compute.state;
  };
  const enter = (signal = never, interrupt: () => void = () => undefined) => compute.enter(signal, interrupt);

  it('is cold, starts, runs, stops and is cold again, in this order', async () => {
    const states: string[] = [compute.state];
    compute.start();
    states.push(compute.state, await after(1999), await after(1));
    compute.stop();
    states.push(compute.state, await after(499), await after(1));

    expect(states).toEqual(['STOPPED', 'STARTING', 'STARTING', 'RUNNING', 'STOPPING', 'STOPPING', 'STOPPED']);
  });

  it('is started by a statement, which waits for it', async () => {
    let entered = false;
    const entering = enter().then((leave) => {
      entered = true;
      return leave;
    });

    await after(1999);
    expect([compute.state, entered, compute.activeSessions]).toEqual(['STARTING', false, 1]);
    await after(1);
    expect([compute.state, entered]).toEqual(['RUNNING', true]);
    (await entering)();
    expect(compute.activeSessions).toBe(0);
  });

  it('stops by itself when nothing has run for its time, and not while something runs', async () => {
    const entering = enter();
    await after(2000);
    const leave = await entering;

    expect(await after(60 * MINUTE)).toBe('RUNNING');
    leave();
    expect(await after(10 * MINUTE - 1)).toBe('RUNNING');
    expect(await after(1)).toBe('STOPPING');
    expect(await after(500)).toBe('STOPPED');
  });

  it('starts counting anew with every statement, and when its time is changed', async () => {
    compute.start();
    await after(2000);
    await after(9 * MINUTE);
    (await enter())();
    expect(await after(9 * MINUTE)).toBe('RUNNING');
    compute.stopAfter(5 * MINUTE);
    expect(await after(5 * MINUTE)).toBe('STOPPING');
  });

  it('never stops by itself when its time is zero', async () => {
    compute.stopAfter(0);
    compute.start();

    expect(await after(10_000 * MINUTE)).toBe('RUNNING');
  });

  it('starts again after it has stopped, when it was asked to while it stopped', async () => {
    compute.start();
    await after(2000);
    compute.stop();
    compute.start();

    expect([compute.state, await after(500), await after(2000)]).toEqual(['STOPPING', 'STARTING', 'RUNNING']);
  });

  it('interrupts what runs and what waits when it is stopped', async () => {
    const running = jest.fn();
    const entering = enter(never, running);
    await after(2000);
    await entering;
    compute.stop();
    expect(running).toHaveBeenCalledTimes(1);

    const canceling = new AbortController();
    const waiting = enter(canceling.signal, () => canceling.abort(new Error('interrupted')));
    compute.stop();
    await expect(waiting).rejects.toThrow('interrupted');
    expect(compute.activeSessions).toBe(0);
  });

  it('lets go of a statement that is canceled before it runs', async () => {
    const canceling = new AbortController();
    const waiting = enter(canceling.signal);
    canceling.abort(new Error('no more'));

    await expect(waiting).rejects.toThrow('no more');
    expect([compute.activeSessions, await after(2000)]).toEqual([0, 'RUNNING']);
  });

  it('starts no more once it is closed', async () => {
    compute.close();
    compute.start();

    await expect(enter()).rejects.toThrow('closed');
    expect(await after(5000)).toBe('STOPPED');
  });
});
