import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GivenStore } from './testing/given-store';

/** Different paths of an attack; a million with FAULT_SCALE=20. */
const PATHS = 50_000 * Number(process.env['FAULT_SCALE'] ?? 1);

describe('the store of samples', () => {
  it('tells each pair of endpoint and method apart, up to its limit, and takes the rest as one', () => {
    const given = new GivenStore({ series: 10 });
    for (let index = 0; index < 40; index++) {
      given.record({ endpoint: `/e/${index % 8}`, method: index % 2 === 0 ? 'GET' : 'PROPFIND' });
    }
    for (let index = 0; index < 100; index++) given.record({ endpoint: `/late/${index}` });
    const seen = given.cumulative.read();

    expect(given.store.seriesCount).toBe(11);
    expect(new Set(seen.map(({ method }) => method))).toEqual(new Set(['GET', '(other)']));
    const others = seen.filter(({ endpoint }) => endpoint === '(other)');
    expect(others.map(({ sketch }) => sketch.count)).toEqual([98]);
    expect(seen.reduce((sum, { sketch }) => sum + sketch.count, 0)).toBe(140);
  });

  it('does not grow with what is asked for', () => {
    const given = new GivenStore({ users: 1_000 });
    const attack = (paths: number): void => {
      for (let index = 0; index < paths; index++) {
        const noise = randomBytes(8).toString('hex');
        given.record({ endpoint: `/${noise}${'x'.repeat(8_000)}`, userId: noise, errorType: noise });
        if (index % 1_000 === 999) given.store.take(1_000);
      }
    };
    attack(5_000);
    const before = heapInUse();
    attack(PATHS);

    expect(given.store.seriesCount).toBeLessThanOrEqual(501);
    expect(heapInUse() - before).toBeLessThan(20 * 2 ** 20);
  }, 120_000);

  it.each([
    ['/health', true],
    ['/api/v1/health', true],
    ['/ready', true],
    ['/ping', true],
    ['/api/v1/internal/x', true],
    ['/internal/x', true],
    ['/api/v1/admin/system/load', true],
    ['/api/v1/admin/systems', false],
    ['/api/v1/lakebase/health', false],
    ['/health/x', false],
    ['/HEALTH', false],
    ['(unmatched)', false],
    ['/api/v1/x/internal/y', false],
  ])('leaves out %s: %s', (endpoint, isLeftOut) => {
    const given = new GivenStore();
    given.record({ endpoint });
    given.record({ endpoint });

    expect(given.store.observed).toBe(isLeftOut ? 0 : 2);
  });

  it('goes without the name of a person beyond the limit of one window, and knows people again in the next', () => {
    const given = new GivenStore({ users: 2 });
    const usersOf = (): (string | null)[] =>
      given.store
        .take(10)
        ?.values[5]?.toString('latin1')
        .match(/[abc]@x/g) ?? [];
    for (const userId of ['a@x', 'b@x', 'c@x', 'a@x']) given.record({ userId });
    expect(usersOf()).toEqual(['a@x', 'b@x', 'a@x']);
    given.record({ userId: 'c@x' });
    expect(usersOf()).toEqual(['c@x']);
  });

  it('has every sample in one place while the ring overflows, and shows each to the exporters once', () => {
    const given = new GivenStore();
    for (let index = 0; index < 5_000; index++) {
      given.record({ durationMs: index % 7 === 0 ? NaN : index, status: index % 2 === 0 ? 200 : 500 });
      if (index % 900 === 0) given.cumulative.read();
      if (index % 1_300 === 0) given.store.absorb();
    }
    const invalid = Math.ceil(5_000 / 7);

    expect(given.balance).toBe(0);
    expect(given.overflow.held).toBe(5_000 - invalid - given.store.size);
    const shown = given.cumulative.read().reduce((sum, { sketch }) => sum + sketch.count, 0);
    expect(shown).toBe(5_000 - invalid);
  });
});

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
