import { parseExposition, SeededRandom, withSeed, type ExpositionFamily } from '@lakescope/server-testing';
import { Histogram, Registry } from 'prom-client';
import { CumulativeSketches } from '../collection/cumulative-sketches';
import { durationHistogram } from './duration-histogram';
import { Exposition } from './exposition';

const NAME = 'lakescope_http_request_duration_seconds';

describe('the histogram of durations', () => {
  it('counts what the client of Prometheus counts from the durations themselves', () =>
    withSeed(async (random) => {
      const sketches = new CumulativeSketches();
      const registry = new Registry();
      const durations = Array.from({ length: 5_000 }, () => duration(random));
      for (const ms of durations) sketches.add(1, '/api/v1/status', 'GET', 200, ms);
      const [series] = sketches.read().map(durationHistogram);
      const peer = new Histogram({
        name: NAME,
        help: 'Peer.',
        registers: [registry],
        labelNames: ['endpoint', 'method', 'status'],
        buckets: series?.buckets.map(({ le }) => le) ?? [],
      });
      for (const ms of durations) peer.observe({ endpoint: '/api/v1/status', method: 'GET', status: '2xx' }, ms / 1000);

      const own = parseExposition(new Exposition().histogram(NAME, 'Own.', series ? [series] : []).toString());

      const theirs = parseExposition(await registry.metrics().then((text) => `${text.trim()}\n`));
      expect(countsOf(own.get(NAME))).toEqual(countsOf(theirs.get(NAME)));
      expect(sumOf(own.get(NAME))).toBeCloseTo(sumOf(theirs.get(NAME)) ?? NaN, 6);
    }));

  it('is one for each endpoint, method and class of status', () => {
    const sketches = new CumulativeSketches();
    sketches.add(1, '/a', 'GET', 200, 1);
    sketches.add(1, '/a', 'GET', 404, 1);
    sketches.add(1, '/a', 'GET', 499, 1);
    sketches.add(2, '/a', 'POST', 202, 1);

    const labels = sketches.read().map((series) => durationHistogram(series).labels);

    expect(labels).toEqual([
      { endpoint: '/a', method: 'GET', status: '2xx' },
      { endpoint: '/a', method: 'GET', status: '4xx' },
      { endpoint: '/a', method: 'POST', status: '2xx' },
    ]);
  });
});

/** Of all sizes, often exactly on a bound. */
function duration(random: SeededRandom): number {
  if (random.chance(0.2)) return 2 ** (random.below(26) - 6);
  return random.chance(0.05) ? 0 : Math.exp(random.next() * 20 - 4);
}

function countsOf(family: ExpositionFamily | undefined): [string, number][] {
  return (family?.samples ?? [])
    .filter(({ name }) => !name.endsWith('_sum'))
    .map(({ name, labels, value }) => [`${name} ${labels['le'] ?? ''}`, value]);
}

function sumOf(family: ExpositionFamily | undefined): number | undefined {
  return family?.samples.find(({ name }) => name.endsWith('_sum'))?.value;
}
