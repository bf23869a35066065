import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What readers of the table may want without decoding a histogram; worked out from it, and never merged. */
export interface AggregatedValues {
  avg: number | null;
  min: number | null;
  max: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  error_rate: number;
}

/** Everything of one endpoint, or of one kind of usage event on one page, within one bucket of time. */
@Entity({ name: 'aggregated_metrics' })
export class AggregatedMetric {
  /** 5, 60 or 1440 minutes. */
  @PrimaryColumn({ name: 'granularity_min', type: 'smallint' })
  granularityMin!: 5 | 60 | 1440;

  /** Where the bucket begins, in UTC. */
  @PrimaryColumn({ name: 'time_bucket', type: 'timestamptz', precision: 0 })
  timeBucket!: Date;

  @Column({ name: 'metric_type', type: 'text' })
  metricType!: 'performance' | 'usage';

  /** The endpoint; of usage events the page, or '' when they name none. */
  @PrimaryColumn({ name: 'endpoint_path', type: 'text' })
  endpointPath!: string;

  /** '' for usage events. */
  @PrimaryColumn({ type: 'text' })
  method!: string;

  /** '' for requests. */
  @PrimaryColumn({ name: 'event_type', type: 'text' })
  eventType!: string;

  /** Nil where the row was worked out from raw rows; else the boot of the replica that folded samples it could not store (5 minutes only). */
  @PrimaryColumn({ type: 'uuid' })
  source!: string;

  @Column({ name: 'sample_count', type: 'bigint' })
  sampleCount!: string;

  @Column({ name: 'error_count', type: 'bigint' })
  errorCount!: string;

  @Column({ name: 'success_count', type: 'bigint' })
  successCount!: string;

  @Column({ name: 'sum_ms', type: 'double precision', nullable: true })
  sumMs!: number | null;

  @Column({ name: 'min_ms', type: 'real', nullable: true })
  minMs!: number | null;

  @Column({ name: 'max_ms', type: 'real', nullable: true })
  maxMs!: number | null;

  /** Encoded sketches, one after the other. */
  @Column({ type: 'bytea', nullable: true })
  hist!: Buffer | null;

  @Column({ name: 'hist_scale', type: 'smallint', nullable: true })
  histScale!: number | null;

  @Column({ name: 'unique_users', type: 'integer', nullable: true })
  uniqueUsers!: number | null;

  @Column({ name: 'aggregated_values', type: 'jsonb', nullable: true })
  aggregatedValues!: AggregatedValues | null;
}
