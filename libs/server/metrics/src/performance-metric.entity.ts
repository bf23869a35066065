import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One request that was answered, or that its client gave up. Rows have no id, which would cost a tenth of their size; what tells them apart
 * while they are read is where they lie.
 */
@Entity({ name: 'performance_metrics' })
export class PerformanceMetric {
  /** The partition, by Postgres' own number. */
  @PrimaryColumn({ name: 'tableoid', type: 'bigint', insert: false, update: false })
  partition!: string;

  /** Page and place in it: changes when the row does. */
  @PrimaryColumn({ name: 'ctid', type: 'text', insert: false, update: false })
  place!: string;

  /** When the request began, by the server's clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  timestamp!: Date;

  @Column({ name: 'response_time_ms', type: 'real' })
  responseTimeMs!: number;

  /** 499 when the client left before the answer. */
  @Column({ name: 'status_code', type: 'smallint' })
  statusCode!: number;

  /** Template of the route, e.g. `/api/v1/preferences/:key`; `(unmatched)` when no route has the path, `(other)` beyond 500 of them. */
  @Column({ type: 'text' })
  endpoint!: string;

  @Column({ type: 'text' })
  method!: string;

  /** Null when nobody was signed in, and after the person has erased their data. */
  @Column({ name: 'user_id', type: 'text', nullable: true })
  userId!: string | null;

  /** Code of the problem the request was answered with. */
  @Column({ name: 'error_type', type: 'text', nullable: true })
  errorType!: string | null;

  @Column({ name: 'correlation_id', type: 'text', nullable: true })
  correlationId!: string | null;
}
