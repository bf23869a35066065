import { FeatureCounters, Product } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Inject, Injectable } from '@nestjs/common';
import { CollectionState } from '../collection/collection-state';
import { CumulativeSketches } from '../collection/cumulative-sketches';
import { durationHistogram } from './duration-histogram';
import { Exposition } from './exposition';
import { ProcessVitals } from './process-vitals';

const MS = 1000;

const STATES = ['ok', 'degraded', 'off'] as const;

/** The metrics of this replica since it started, in the Prometheus text format. Asks the database nothing. */
@Injectable()
export class PrometheusText {
  constructor(
    private readonly sketches: CumulativeSketches,
    private readonly collection: CollectionState,
    private readonly database: Database,
    private readonly vitals: ProcessVitals,
    @Inject(Product) private readonly product: Product,
    @Inject(FeatureCounters) private readonly features: FeatureCounters,
  ) {}

  write(): string {
    const text = new Exposition();
    text.gauge('lakescope_build_info', 'What is running; always 1.', [[{ version: this.product.version }, 1]]);
    text.histogram(
      'lakescope_http_request_duration_seconds',
      'How long requests took, by route template, method and class of status.',
      this.sketches.read().map(durationHistogram),
    );
    this.writeCollection(text);
    this.writeDatabase(text);
    for (const feature of this.features.all)
      text[feature.kind ?? 'counter'](feature.name, feature.help, feature.read());
    this.writeProcess(text);
    return text.toString();
  }

  /** observed = written + overflow + sum(dropped) + in_ring, in every answer. */
  private writeCollection(text: Exposition): void {
    const { state, observed, written, overflow, dropped, inRing, ringCapacity, lastFlushAt } =
      this.collection.snapshot();
    text
      .gauge(
        'lakescope_metrics_collection_state',
        'How the collection of metrics is doing; 1 for the state it is in.',
        STATES.map((name) => [{ state: name }, name === state ? 1 : 0]),
      )
      .counter('lakescope_metrics_observed_total', 'Requests that were seen.', observed)
      .counter('lakescope_metrics_written_total', 'Requests that were stored one by one.', written)
      .counter('lakescope_metrics_overflow_total', 'Requests that were folded into histograms instead.', overflow)
      .counter(
        'lakescope_metrics_dropped_total',
        'Requests that were lost, by reason.',
        Object.entries(dropped).map(([reason, count]) => [{ reason }, count]),
      )
      .gauge('lakescope_metrics_in_ring', 'Requests that wait to be stored.', inRing)
      .gauge('lakescope_metrics_ring_capacity', 'How many can wait.', ringCapacity);
    if (lastFlushAt === undefined) return;
    text.gauge(
      'lakescope_metrics_last_flush_timestamp_seconds',
      'When requests were last stored.',
      lastFlushAt.getTime() / MS,
    );
  }

  private writeDatabase(text: Exposition): void {
    const { total, idle, waiting, max } = this.database.poolUse;
    text
      .gauge('lakescope_database_connections', 'Connections to the database, by what they do.', [
        [{ state: 'busy' }, total - idle],
        [{ state: 'idle' }, idle],
      ])
      .gauge('lakescope_database_connections_max', 'How many there may be.', max)
      .gauge('lakescope_database_waiting', 'Pieces of work that wait for a connection.', waiting);
  }

  private writeProcess(text: Exposition): void {
    const { startedAtSeconds, uptimeSeconds, residentBytes, heapUsedBytes, cpuSeconds, eventLoopDelaySeconds } =
      this.vitals.read();
    text
      .gauge('process_start_time_seconds', 'When the process began, since 1970.', startedAtSeconds)
      .gauge('process_uptime_seconds', 'How long it has been running.', uptimeSeconds)
      .counter('process_cpu_seconds_total', 'Processor time it has taken.', cpuSeconds)
      .gauge('process_resident_memory_bytes', 'Memory it holds.', residentBytes)
      .gauge('nodejs_heap_size_used_bytes', 'Of this, what its JavaScript uses.', heapUsedBytes)
      .gauge(
        'nodejs_eventloop_lag_p50_seconds',
        'Delay of the event loop since the last scrape.',
        eventLoopDelaySeconds.p50,
      )
      .gauge(
        'nodejs_eventloop_lag_p99_seconds',
        'Delay of the event loop since the last scrape.',
        eventLoopDelaySeconds.p99,
      )
      .gauge(
        'nodejs_eventloop_lag_max_seconds',
        'Delay of the event loop since the last scrape.',
        eventLoopDelaySeconds.max,
      );
  }
}
