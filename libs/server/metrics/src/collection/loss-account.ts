import { Sketch, SCALE } from '@lakescope/sketch';
import { Injectable, Logger } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import { Dispatch } from './dispatch';
import { MetricsBoot } from './metrics-boot';
import { OverflowSketches, type OverflowCell } from './overflow-sketches';
import { SampleStore } from './sample-store';

interface SeriesLoss {
  endpoint: string;
  method: string;
  count: number;
  errors: number;
  sumMs: number;
  sketch: Sketch;
}

/** What is said of samples that could not be stored before the process ended: the log is the last place that takes them. */
@Injectable()
export class LossAccount {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly boot: MetricsBoot,
    private readonly store: SampleStore,
    private readonly overflow: OverflowSketches,
    private readonly dispatch: Dispatch,
  ) {}

  /**
   * One line with everything that is left: how often and how long, per endpoint and method, with sketches that can be read back. `in_doubt`
   * of the `lost` ones were on their way and may be stored.
   */
  settle(): void {
    if (this.dispatch.isEmpty) return;
    const { written, dropped, inDoubt } = this.dispatch;
    const left = new OverflowSketches(new CollectionLimits({ overflowBytes: Infinity }));
    const cells = this.dispatch.giveUp(left);
    const all = [...cells, ...this.overflow.take(Infinity, true), ...left.take(Infinity, true)];
    this.logger.error({
      msg: 'Performance metrics were lost: the database did not take them before the app had to end',
      boot_id: this.boot.id,
      observed: this.store.observed,
      written,
      dropped,
      lost: all.reduce((sum, { count }) => sum + count, 0),
      in_doubt: inDoubt,
      from: new Date(all.reduce((first, { bucket }) => Math.min(first, bucket), Infinity)).toISOString(),
      series: bySeries(all).map(({ endpoint, method, count, errors, sumMs, sketch }) => ({
        endpoint,
        method,
        count,
        errors,
        sum_ms: Math.round(sumMs * 10) / 10,
        scale: sketch.scale,
        sketch: Buffer.from(sketch.encode()).toString('base64'),
      })),
    });
  }
}

/** Over all buckets: a line must not be longer than a log takes. */
function bySeries(cells: readonly OverflowCell[]): SeriesLoss[] {
  const losses = new Map<string, SeriesLoss>();
  for (const { endpoint, method, count, errors, sumMs, hist } of cells) {
    const key = `${method} ${endpoint}`;
    const loss = losses.get(key) ?? { endpoint, method, count: 0, errors: 0, sumMs: 0, sketch: new Sketch() };
    losses.set(key, loss);
    loss.count += count;
    loss.errors += errors;
    loss.sumMs += sumMs;
    loss.sketch.merge(Sketch.decodeAll(hist, SCALE));
  }
  return [...losses.values()];
}
