import { Slots } from './slots';

const COUNT = 3;

describe('slots', () => {
  it('let only so many in at once, and the others in their order', async () => {
    const slots = new Slots(COUNT);
    const order: number[] = [];
    let inside = 0;
    let most = 0;

    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        slots.use(async () => {
          most = Math.max(most, ++inside);
          order.push(index);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside--;
        }),
      ),
    );

    expect(most).toBe(COUNT);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('are free again after a failure', async () => {
    const slots = new Slots(COUNT);

    for (let attempt = 0; attempt <= COUNT; attempt++) {
      await expect(slots.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    }
  });

  it('are not taken by somebody who left while waiting', async () => {
    const slots = new Slots(COUNT);
    const { finish, busy } = fill(slots);
    const leaving = new AbortController();
    const work = jest.fn(() => Promise.resolve());
    const waiting = slots.use(work, leaving.signal);

    leaving.abort(new Error('gone'));

    await expect(waiting).rejects.toThrow('gone');
    finish();
    await busy;
    expect(work).not.toHaveBeenCalled();
    await expect(slots.use(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});

function fill(slots: Slots): { finish: () => void; busy: Promise<unknown> } {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const busy = Promise.all(Array.from({ length: COUNT }, () => slots.use(() => held)));
  return { finish, busy };
}
