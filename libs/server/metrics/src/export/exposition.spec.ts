import { parseExposition } from '@lakescope/server-testing';
import { Exposition } from './exposition';

describe('the Prometheus text', () => {
  it('says of each metric what it is, and then everything about it', () => {
    const text = new Exposition()
      .gauge('a', 'First.', 1.5)
      .counter('b_total', 'Second.', [
        [{ reason: 'x' }, 1],
        [{ reason: 'y' }, 2],
      ])
      .toString();

    expect(text).toBe(
      '# HELP a First.\n# TYPE a gauge\na 1.5\n# HELP b_total Second.\n# TYPE b_total counter\nb_total{reason="x"} 1\nb_total{reason="y"} 2\n',
    );
  });

  it.each(['', 'a"b', 'a\\b', 'a\nb', '\\n', '{}', 'a,b="c"', '\\"', 'ü😀', 'x} 1\ny'])(
    'carries the label %j unharmed',
    (value) => {
      const family = parseExposition(new Exposition().gauge('a', `About ${value}`, [[{ name: value }, 1]]).toString());

      expect(family.get('a')?.samples).toEqual([{ name: 'a', labels: { name: value }, value: 1 }]);
    },
  );

  it.each([0, -1, 1e21, 1e-7, Number.MAX_SAFE_INTEGER, Infinity, -Infinity, NaN])('writes %d as a number', (value) => {
    const [sample] = parseExposition(new Exposition().gauge('a', 'A.', value).toString()).get('a')?.samples ?? [];

    expect(sample?.value).toBe(value);
  });

  it('has a metric without any value', () => {
    expect([...parseExposition(new Exposition().counter('a_total', 'None.', []).toString()).keys()]).toEqual([
      'a_total',
    ]);
  });

  it('ends each histogram with everything', () => {
    const buckets = [
      { le: 0.001, count: 1 },
      { le: 0.002, count: 3 },
    ];
    const text = new Exposition()
      .histogram('h', 'H.', [
        { labels: {}, buckets, count: 4, sum: 1.25 },
        { labels: { x: 'y' }, buckets, count: 3, sum: 0 },
      ])
      .toString();

    expect(text.split('\n').slice(2, 7)).toEqual([
      'h_bucket{le="0.001"} 1',
      'h_bucket{le="0.002"} 3',
      'h_bucket{le="+Inf"} 4',
      'h_sum 1.25',
      'h_count 4',
    ]);
    expect(parseExposition(text).get('h')?.samples).toHaveLength(10);
  });
});
