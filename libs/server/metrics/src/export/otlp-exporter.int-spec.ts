import { Secret } from '@lakescope/databricks-client';
import { OtlpConfig } from '@lakescope/server-config';
import { Product } from '@lakescope/server-http';
import { Logger } from '@nestjs/common';
import { CumulativeSketches } from '../collection/cumulative-sketches';
import { MetricsBoot } from '../collection/metrics-boot';
import { MetricsClock } from '../collection/metrics-clock';
import { OtlpExporter } from './otlp-exporter';
import { OtlpLimits } from './otlp-limits';
import { OtlpCollector, SILENCE, answer } from './testing/otlp-collector';
import { attributes, pointsOf, total } from './testing/otlp-points';

describe('the OTLP export', () => {
  const boot = new MetricsBoot();
  const warnings: unknown[] = [];
  let collector: OtlpCollector;
  let sketches: CumulativeSketches;
  let exporter: OtlpExporter | undefined;

  beforeEach(async () => {
    collector = await OtlpCollector.start();
    sketches = new CumulativeSketches();
    sketches.add(1, '/api/v1/status', 'GET', 200, 1.5);
    warnings.length = 0;
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (line: unknown) => warnings.push(line),
    });
  });

  afterEach(async () => {
    collector.reacts();
    await exporter?.onApplicationShutdown();
    exporter = undefined;
    await collector.stop();
    Logger.overrideLogger(false);
  });

  it('sends everything since the start as cumulative exponential histograms', async () => {
    const began = Date.now();
    for (const ms of [0, 0.5, 1, 3, 250, 250]) sketches.add(2, '/api/v1/preferences/:key', 'PUT', 503, ms);
    started();
    await sendings(1);

    const [{ path, headers, body }] = collector.received as [(typeof collector.received)[0]];
    expect([path, headers['content-type'], headers['user-agent']]).toEqual([
      '/v1/metrics',
      'application/json',
      'lakescope/1.2.3',
    ]);
    expect(body).toMatchObject({
      resourceMetrics: [
        {
          resource: {
            attributes: attributes({
              'service.name': 'lakescope',
              'service.version': '1.2.3',
              'service.instance.id': boot.id,
            }),
          },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'http.server.request.duration',
                  unit: 's',
                  exponentialHistogram: { aggregationTemporality: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
    const [status, preference] = pointsOf(body);
    expect(status?.attributes).toEqual(
      attributes({ 'http.route': '/api/v1/status', 'http.request.method': 'GET', 'http.response.status_class': '2xx' }),
    );
    expect(preference).toMatchObject({ count: '6', zeroCount: '1', scale: 6, sum: 0.5045 });
    for (const point of pointsOf(body)) {
      expect(total(point)).toBe(Number(point.count));
      expect(point.startTimeUnixNano).toMatch(/^\d{19}$/);
      expect(Number(BigInt(point.timeUnixNano) - BigInt(point.startTimeUnixNano)) / 1e6).toBeGreaterThanOrEqual(0);
      expect(Math.abs(Number(BigInt(point.startTimeUnixNano) / 1_000_000n) - began)).toBeLessThan(10_000);
    }
  });

  it('puts each duration, in seconds, into the bucket that has it', async () => {
    const durations = [0.02, 1, 7.5, 40, 999, 60_000];
    for (const [index, ms] of durations.entries()) sketches.add(10 + index, `/${index}`, 'GET', 200, ms);
    started();
    await sendings(1);

    for (const [index, ms] of durations.entries()) {
      const point = pointsOf(collector.received[0]?.body)[index + 1];
      const offset = (point?.positive.offset ?? NaN) + (point?.positive.bucketCounts.indexOf('1') ?? NaN);
      // Bounds as the data model has them, and the fifth of a percent that seconds cost.
      expect(ms / 1000).toBeGreaterThan(2 ** (offset / 64) * 0.9979);
      expect(ms / 1000).toBeLessThanOrEqual(2 ** ((offset + 1) / 64) * 1.0021);
    }
  });

  it('tells the same start each time, and more each time', async () => {
    started();
    await sendings(1);
    sketches.add(1, '/api/v1/status', 'GET', 200, 2);
    await sendings(3);

    const [first] = pointsOf(collector.received[0]?.body);
    const [last] = pointsOf(collector.received.at(-1)?.body);
    expect([first?.count, last?.count]).toEqual(['1', '2']);
    expect(last?.startTimeUnixNano).toBe(first?.startTimeUnixNano);
    expect(BigInt(last?.timeUnixNano ?? 0)).toBeGreaterThan(BigInt(first?.timeUnixNano ?? 0));
  });

  it('sends nothing while nothing was counted', async () => {
    sketches = new CumulativeSketches();
    started();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(collector.received).toEqual([]);
  });

  it('finds the collector below the path that is configured, and shows it the key', async () => {
    started({}, new URL('/otlp/', collector.endpoint), new Map([['api-key', new Secret('k-1')]]));
    await sendings(1);

    expect(collector.received[0]).toMatchObject({ path: '/otlp/v1/metrics', headers: { 'api-key': 'k-1' } });
  });

  it.each([429, 502, 503, 504])('tries again when the collector answers %d', async (status) => {
    collector.reacts(answer(status), answer(status));
    started({ intervalMs: 300, retryMs: 5 });
    await sendings(3);

    const [first, , third] = collector.received;
    expect(third?.body).toEqual(first?.body);
    expect(warnings).toEqual([]);
  });

  it('waits as long as the collector asks for', async () => {
    collector.reacts(answer(503, '', { 'retry-after': '1' }));
    started({ intervalMs: 1_500, retryMs: 1 });
    await sendings(2);

    const [first, second] = collector.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(990);
    expect(second?.body).toEqual(first?.body);
  });

  it('takes a refusal for final, says so once, and goes on with the next numbers', async () => {
    collector.reacts(answer(400), answer(401), answer(500));
    started({ retryMs: 1 });
    await sendings(4);

    const times = collector.received.map(({ body }) => pointsOf(body)[0]?.timeUnixNano);
    expect(new Set(times).size).toBe(times.length);
    expect(warnings).toEqual(['Metrics could not be sent to the OTLP collector: it answered 400']);
  });

  it('goes nowhere else, whatever the collector answers', async () => {
    const elsewhere = await OtlpCollector.start();
    collector.reacts(
      ...[301, 302, 307, 308].map((status) => answer(status, '', { location: `${elsewhere.endpoint.href}v1/metrics` })),
    );
    started();
    await sendings(5);

    expect(elsewhere.received).toEqual([]);
    expect(warnings).toEqual([
      'Metrics could not be sent to the OTLP collector: it answered 301, and it is asked nowhere else',
    ]);
    await elsewhere.stop();
  });

  it('says what the collector did not take', async () => {
    collector.reacts(answer(200, '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}'));
    started();
    await sendings(2);

    expect(warnings).toEqual([{ msg: 'The OTLP collector did not take all metrics', rejected: 3, reason: 'too old' }]);
  });

  it('reads no more of an answer than it needs', async () => {
    collector.reacts((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    started();

    await sendings(2);
  });

  it('gives up a collector that does not answer, and sends the next numbers', async () => {
    collector.reacts(SILENCE);
    started({ timeoutMs: 50, attempts: 1 });
    await sendings(2);

    expect(warnings).toEqual([expect.stringContaining('it cannot be reached')]);
  });

  it('says in one line that the collector is away, however long it is', async () => {
    const endpoint = new URL('http://127.0.0.1:9');
    started({ intervalMs: 5, attempts: 2, retryMs: 1 }, endpoint);
    await until(() => warnings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(warnings).toHaveLength(1);
  });

  it('sends what was counted last when the process stops', async () => {
    started({ intervalMs: 60_000 });
    await exporter?.onApplicationShutdown();
    exporter = undefined;

    expect(collector.received).toHaveLength(1);
  });

  it.each([
    ['says nothing', SILENCE],
    ['asks for patience', answer(503, '', { 'retry-after': '3600' })],
  ])('keeps no process from stopping while the collector %s', async (_, reaction) => {
    collector.reacts(reaction, reaction);
    started({ intervalMs: 10, lastSendingMs: 100 });
    await sendings(1);

    const stoppedAt = performance.now();
    await exporter?.onApplicationShutdown();
    exporter = undefined;

    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  });

  it('does nothing where no collector is configured', async () => {
    exporter = new OtlpExporter(
      new OtlpConfig(undefined, new Map()),
      new OtlpLimits({ intervalMs: 1 }),
      new Product('1.2.3'),
      sketches,
      boot,
      new MetricsClock(),
    );
    exporter.onApplicationBootstrap();
    await exporter.onApplicationShutdown();

    expect([collector.received, warnings]).toEqual([[], []]);
  });

  function started(
    limits: Partial<OtlpLimits> = {},
    endpoint = collector.endpoint,
    headers: ReadonlyMap<string, Secret> = new Map(),
  ): void {
    exporter = new OtlpExporter(
      new OtlpConfig(endpoint, headers),
      new OtlpLimits({ intervalMs: 10, lastSendingMs: 200, ...limits }),
      new Product('1.2.3'),
      sketches,
      boot,
      new MetricsClock(),
    );
    exporter.onApplicationBootstrap();
  }

  function sendings(count: number): Promise<void> {
    return until(() => collector.received.length >= count);
  }
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('It never happened');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
