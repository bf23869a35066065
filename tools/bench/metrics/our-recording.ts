import {
  CollectionLimits,
  CumulativeSketches,
  Dispatch,
  MetricsBoot,
  MetricsClock,
  OverflowSketches,
  SampleStore,
} from '@lakescope/server-metrics';
import { RequestObservers } from '@lakescope/server-http';
import type { Client } from 'pg';
import type { Notify } from './observers';
import type { StoredRequest } from './stored-requests';

/** What the server has between the end of a request and the database, without a server. */
class OurCollection {
  readonly limits = new CollectionLimits();
  private readonly clock = new MetricsClock();
  private readonly overflow = new OverflowSketches(this.limits);
  readonly store = new SampleStore(this.limits, this.clock, new CumulativeSketches(), this.overflow);
  readonly dispatch = new Dispatch(this.limits, new MetricsBoot(), this.clock, this.store, this.overflow);
}

/** A request is told to all who want to know, and becomes a sample in the ring. */
export class OurRecording {
  private readonly collection = new OurCollection();
  private readonly observers = new RequestObservers();

  constructor() {
    this.observers.add((request) => this.collection.store.record(request));
  }

  readonly notify: Notify = (request) => this.observers.notify(request);

  /** Takes out what was recorded, as if it were stored. */
  empty(): void {
    while (this.collection.store.take(this.collection.limits.flushSamples) !== undefined);
  }
}

/** From the recording of so many requests to the database's word that they are stored, books and marks included. */
export class OurFlush {
  private readonly collection = new OurCollection();
  private next = 0;

  constructor(
    private readonly client: Client,
    private readonly requests: readonly StoredRequest[],
  ) {}

  async store(count: number): Promise<number> {
    const { store, dispatch } = this.collection;
    for (let taken = 0; taken < count; taken++) this.recordNext();
    const shipment = dispatch.next(count);
    if (shipment === undefined) throw new Error(`${store.size} samples, and nothing to store`);
    const { name, text, values = [] } = shipment.statement;
    const { rows } = await this.client.query<{ entries: number }>({
      ...(name === undefined ? {} : { name }),
      text,
      values: [...values],
    });
    if (rows[0]?.entries !== 1) throw new Error('The books had the entry already');
    dispatch.delivered(shipment);
    return shipment.samples;
  }

  private recordNext(): void {
    const request = this.requests[this.next++ % this.requests.length];
    if (request === undefined) return;
    this.collection.store.record({
      endpoint: request.endpoint,
      method: request.method,
      status: request.status,
      // Those of hours would begin before there are partitions.
      durationMs: Math.min(request.responseTimeMs, 60_000),
      userId: request.userId ?? undefined,
      errorType: request.errorType ?? undefined,
      correlationId: request.correlationId,
    });
  }
}
