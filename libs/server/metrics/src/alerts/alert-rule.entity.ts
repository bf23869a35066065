import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';

export const CONDITIONS = ['error_rate', 'latency', 'volume', 'no_data', 'freshness'] as const;
export const COMPARISONS = ['above', 'below'] as const;
export const PERCENTILES = [50, 95, 99] as const;

/**
 * What is looked at: share of failed requests, latency at a percentile (ms), requests in the window, that there are any, or how many ingested
 * tables are late or blocked, which is told when it changes and not asked for each minute.
 */
export type Condition = (typeof CONDITIONS)[number];
export type Comparison = (typeof COMPARISONS)[number];
export type Percentile = (typeof PERCENTILES)[number];

/** `pending`: the condition holds, but not for long enough yet. */
export type StoredState = 'ok' | 'pending' | 'firing';

/** A condition on performance metrics, looked at every minute, or on ingested tables, and how it stands. */
@Entity({ name: 'alert_rules' })
export class AlertRule {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  condition!: Condition;

  /** Template of one route; all of them when null. */
  @Column({ type: 'text', nullable: true })
  endpoint!: string | null;

  @Column({ type: 'text', nullable: true })
  method!: string | null;

  /** Of freshness only: where the tables are; all of them when null. */
  @Column({ type: 'text', nullable: true })
  target!: string | null;

  /** Of latency only. */
  @Column({ type: 'smallint', nullable: true })
  percentile!: Percentile | null;

  @Column({ type: 'text' })
  comparison!: Comparison;

  /** A ratio, milliseconds, requests in the window, or tables (any when null); null for `no_data`. */
  @Column({ type: 'double precision', nullable: true })
  threshold!: number | null;

  /** Says nothing of `freshness`, of which the present state counts; never null where it is stored. */
  @Column({ name: 'window_minutes', type: 'smallint' })
  windowMinutes!: number | null;

  /** Share of the threshold by which the value has to be better again before the alert ends. */
  @Column({ type: 'double precision' })
  hysteresis!: number;

  /** How long the condition has to hold before the alert begins. */
  @Column({ name: 'for_minutes', type: 'smallint' })
  forMinutes!: number;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  /** What may be shown of where messages go. */
  @Column({ name: 'webhook_host', type: 'text', nullable: true })
  webhookHost!: string | null;

  @Column({ name: 'webhook_sealed', type: 'bytea', nullable: true })
  webhookSealed!: Buffer | null;

  @Column({ name: 'secret_sealed', type: 'bytea', nullable: true })
  secretSealed!: Buffer | null;

  @Column({ type: 'text' })
  state!: StoredState;

  @Column({ name: 'state_since', type: 'timestamptz', precision: 3 })
  stateSince!: Date;

  /** Null when there was nothing to work it out from. */
  @Column({ name: 'last_value', type: 'double precision', nullable: true })
  lastValue!: number | null;

  @Column({ name: 'last_evaluated_at', type: 'timestamptz', precision: 3, nullable: true })
  lastEvaluatedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** Counts edits: who has evaluated an older one changes nothing. */
  @VersionColumn({ type: 'integer' })
  revision!: number;
}
