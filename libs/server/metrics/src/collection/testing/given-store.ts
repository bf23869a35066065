import type { ObservedRequest } from '@lakescope/server-http';
import { CollectionLimits } from '../collection-limits';
import { CumulativeSketches } from '../cumulative-sketches';
import { Dispatch } from '../dispatch';
import { MetricsBoot } from '../metrics-boot';
import { MetricsClock } from '../metrics-clock';
import { OverflowSketches } from '../overflow-sketches';
import { SampleStore } from '../sample-store';

/** The collection up to the point where it needs a database. */
export class GivenStore {
  readonly limits: CollectionLimits;
  readonly clock = new MetricsClock();
  readonly cumulative = new CumulativeSketches();
  readonly overflow: OverflowSketches;
  readonly store: SampleStore;
  readonly dispatch: Dispatch;

  constructor(limits: Partial<CollectionLimits> = {}) {
    this.limits = new CollectionLimits({ ringSamples: 1_024, foldSamples: 64, ...limits });
    this.overflow = new OverflowSketches(this.limits);
    this.store = new SampleStore(this.limits, this.clock, this.cumulative, this.overflow);
    this.dispatch = new Dispatch(this.limits, new MetricsBoot(), this.clock, this.store, this.overflow);
  }

  record(request: Partial<ObservedRequest> = {}): void {
    this.store.record({
      endpoint: '/api/v1/status',
      method: 'GET',
      status: 200,
      durationMs: 10,
      userId: undefined,
      errorType: undefined,
      correlationId: '7d6a1f0e-3c1b-4f7e-9a51-0c9be1d2a3f4',
      ...request,
    });
  }

  /** As it is when every sample is in exactly one place: 0. */
  get balance(): number {
    const { store, dispatch, overflow } = this;
    const dropped = Object.values(dispatch.dropped).reduce((sum, count) => sum + count, 0);
    return store.observed - dispatch.written - overflow.total - dropped - dispatch.waiting;
  }
}
