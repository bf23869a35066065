import { Slots } from './slots';

const never = new AbortController().signal;

function gate() {
  const opened: (() => void)[] = [];
  const started: string[] = [];
  const work = (name: string) => () => {
    started.push(name);
    return new Promise<string>((resolve) => opened.push(() => resolve(name)));
  };
  return { started, work, finish: (index: number) => opened[index]?.() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('slots for requests', () => {
  it('run so many at once, and the others in the order in which they came', async () => {
    const slots = new Slots(2);
    const { started, work, finish } = gate();
    const all = ['a', 'b', 'c', 'd'].map((name) => slots.use(never, work(name)));
    await settle();
    expect(started).toEqual(['a', 'b']);

    finish(1);
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);

    finish(0);
    await settle();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    finish(2);
    finish(3);
    await expect(Promise.all(all)).resolves.toEqual(['a', 'b', 'c', 'd']);
  });

  it('come free when the work fails', async () => {
    const slots = new Slots(1);
    await expect(slots.use(never, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    await expect(slots.use(never, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('do not begin what was cancelled while it waited, and lose no slot by it', async () => {
    const slots = new Slots(1);
    const { started, work, finish } = gate();
    const first = slots.use(never, work('a'));
    const cancelled = new AbortController();
    const second = slots.use(cancelled.signal, work('b'));
    const third = slots.use(never, work('c'));
    cancelled.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');

    finish(0);
    await first;
    await settle();
    expect(started).toEqual(['a', 'c']);
    finish(1);
    await expect(third).resolves.toBe('c');
  });
});
