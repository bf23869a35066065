import { Sketch } from '@lakescope/sketch';
import { LocalStack, SeededRandom } from '@lakescope/server-testing';
import { DAY_MS } from '../roll-up/raw-tables';
import { together } from './latency-reader';
import { MetricsReader } from './metrics-reader';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T12:00:00Z');

it('what the database counts into buckets is what the sketch would have, also on and beside their bounds', async () => {
  const stack = await LocalStack.start();
  const app = await MetricsApp.start(stack);
  try {
    app.setNow(NOW);
    const random = new SeededRandom(1);
    const powers = Array.from({ length: 46 }, (_, index) => 2 ** (index - 15));
    const bounds = Array.from({ length: 64 }, (_, step) => 2 ** (5 + step / 64));
    const values = [
      0,
      1e-30,
      3e38,
      ...[...powers, ...bounds].flatMap((bound) => [bound, bound * (1 - 2 ** -24), bound * (1 + 2 ** -23)]),
      ...Array.from({ length: 2_000 }, () => Math.exp(random.next() * 30 - 10)),
    ].map(Math.fround);
    await app.givenRequests(values.map((ms) => ({ at: NOW - 1, ms })));
    const { groups } = await app
      .get(MetricsReader)
      .read((snapshot) => snapshot.latency({ from: NOW - DAY_MS, to: NOW }, {}, 'nothing'));

    const sketch = new Sketch();
    for (const value of values) sketch.add(value);
    expect([...together(groups).sketch.buckets()]).toEqual([...sketch.buckets()]);
    expect(together(groups).sketch.zeroCount).toBe(sketch.zeroCount);
  } finally {
    await app.stop();
    await stack.stop();
  }
});
