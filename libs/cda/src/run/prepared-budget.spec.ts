import { setImmediate as turn } from 'node:timers/promises';
import { PreparedBudget } from './prepared-budget';

describe('the budget of what is looked at ahead', () => {
  it('is never passed by all tables together, and lets every one of them end', async () => {
    const budget = new PreparedBudget(100);
    let held = 0;
    let most = 0;
    let done = 0;
    const table = async (folders: readonly number[]): Promise<void> => {
      const ahead: number[] = [];
      const waiting = [...folders];
      while (waiting.length + ahead.length > 0) {
        for (let files = waiting[0]; files !== undefined && ahead.length < 4; files = waiting[0]) {
          if (ahead.length === 0) await budget.take(files);
          else if (!budget.tryTake(files)) break;
          waiting.shift();
          ahead.push(files);
          held += Math.min(files + 1, 100);
          most = Math.max(most, held);
        }
        await turn();
        const files = ahead.shift() ?? 0;
        held -= Math.min(files + 1, 100);
        budget.give(files);
        done += 1;
      }
    };

    await Promise.all([table([99, 5, 500, 1]), ...Array.from({ length: 30 }, () => table([9, 9, 9, 40, 0, 30]))]);

    expect(done).toBe(4 + 30 * 6);
    expect(held).toBe(0);
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(80);
  });

  it('goes to whoever has waited longest, also when less would fit', async () => {
    const budget = new PreparedBudget(10);
    await budget.take(5);
    const order: string[] = [];
    const large = budget.take(9).then(() => order.push('large'));

    expect(budget.tryTake(0)).toBe(false);
    const small = budget.take(0).then(() => order.push('small'));
    budget.give(5);
    await large;
    budget.give(9);
    await small;

    expect(order).toEqual(['large', 'small']);
  });
});
