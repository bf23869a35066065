import { SCALE } from '@lakescope/sketch';
import type { EntityManager } from 'typeorm';
import { sumSql } from '../roll-up/raw-buckets';
import { BUCKET_MS, FROM_RAW } from '../roll-up/raw-tables';
import { bucketSql, ZERO_BUCKET, type StoredHistograms } from './histogram-bytes';
import type { Interval } from './metrics-range';
import { Parameters } from './parameters';
import type { ReadingPlan } from './reading-plan';
import { piecesOf } from './tier-pieces';

/** Which requests are wanted; both are compared as they are. */
export interface LatencyFilter {
  readonly endpoint?: string | undefined;
  readonly method?: string | undefined;
}

/** What is kept apart: nothing, endpoints and methods, or steps of so many milliseconds. */
export type Grouping = 'nothing' | 'endpoint' | { readonly stepMs: number };

interface GroupKey {
  readonly endpoint: string;
  readonly method: string;
  /** Where the step begins; null when nobody asked for steps. */
  readonly step: Date | null;
}

export interface LatencyRow extends GroupKey {
  readonly requests: number;
  readonly errors: number;
  readonly sum_ms: number | null;
  readonly min_ms: number | null;
  readonly max_ms: number | null;
}

export interface TierRow extends LatencyRow, StoredHistograms {
  readonly five_minutes: number;
  readonly hours: number;
  readonly days: number;
  readonly overflow: number;
}

interface EncodedTierRow extends Omit<TierRow, 'histogram'> {
  readonly histogram: string | null;
}

export interface RawRow extends LatencyRow {
  readonly histogram: Buffer;
}

/** The statements that read requests by a plan. Whatever anybody asked for goes in as a parameter. */
export class LatencyStatements {
  constructor(
    private readonly plan: ReadingPlan,
    private readonly filter: LatencyFilter,
    private readonly grouping: Grouping,
  ) {}

  /** Rows worked out from raw ones, and everywhere what replicas folded: that never was among the raw rows. */
  async ofTiers(tx: EntityManager): Promise<TierRow[]> {
    const parameters = new Parameters();
    const key = this.key('endpoint_path', 'time_bucket');
    const from = this.isOfEverything ? this.totals(parameters) : this.tiers(parameters);
    const rows = await this.ask<EncodedTierRow>(
      tx,
      parameters,
      `SELECT ${key}, sum(sample_count)::float8 AS requests, sum(error_count)::float8 AS errors,
              sum(sum_ms) AS sum_ms, min(min_ms) AS min_ms, max(max_ms) AS max_ms,
              encode(string_agg(hist, ''), 'base64') AS histogram, bool_and(hist_scale = ${SCALE}) AS is_recorded_scale,
              ${samplesOf(5, 'five_minutes')}, ${samplesOf(60, 'hours')}, ${samplesOf(1440, 'days')},
              sum(folded_count)::float8 AS overflow
       FROM ${from} GROUP BY 1, 2, 3`,
    );
    // Two thirds of the bytes, and a quarter of the time, that `bytea` takes on its way here.
    return rows.map(({ histogram, ...row }) => ({
      ...row,
      histogram: histogram === null ? null : Buffer.from(histogram, 'base64'),
    }));
  }

  /** The rows of one group by themselves: of its endpoints, also where their total could not be read. */
  async ofTiersOneByOne(tx: EntityManager, group: GroupKey): Promise<StoredHistograms[]> {
    const parameters = new Parameters();
    const key = this.key('endpoint_path', 'time_bucket');
    const from = this.tiers(parameters);
    return this.ask(
      tx,
      parameters,
      `SELECT sample_count::float8 AS requests, hist AS histogram, hist_scale = ${SCALE} AS is_recorded_scale
       FROM (SELECT ${key}, sample_count, hist, hist_scale FROM ${from}) AS stored
       WHERE endpoint = ${parameters.add(group.endpoint)} AND method = ${parameters.add(group.method)}
         AND step IS NOT DISTINCT FROM ${parameters.add(group.step)}::timestamptz`,
    );
  }

  /** Raw rows, counted by the database into the buckets of a sketch. */
  async ofRaw(tx: EntityManager): Promise<RawRow[]> {
    if (this.plan.raw.length === 0) return [];
    const parameters = new Parameters();
    const key = this.key('endpoint', '"timestamp"');
    const within = timesWithin(parameters, this.plan.raw);
    return this.ask(
      tx,
      parameters,
      `SELECT endpoint, method, step, sum(n)::float8 AS requests, sum(errors)::float8 AS errors, sum(sum_ms) AS sum_ms,
              min(min_ms) AS min_ms, max(max_ms) AS max_ms,
              string_agg(int2send(bucket) || int4send(n), '') AS histogram
       FROM (
         SELECT ${key}, CASE WHEN response_time_ms > 0 THEN ${bucketSql('response_time_ms')} ELSE (${ZERO_BUCKET})::int2 END AS bucket,
                count(*)::int4 AS n, count(*) FILTER (WHERE status_code >= 400) AS errors,
                ${sumSql('response_time_ms')} AS sum_ms, min(response_time_ms) AS min_ms, max(response_time_ms) AS max_ms
         FROM performance_metrics
         WHERE (${within}) ${this.filtered(parameters, 'endpoint')}
         GROUP BY 1, 2, 3, 4
       ) AS counted GROUP BY 1, 2, 3`,
    );
  }

  /** Percentiles as SQL defines them, of raw rows alone. */
  async exactPercentiles(tx: EntityManager, kind: 'disc' | 'cont', shares: readonly number[]): Promise<ExactRow[]> {
    if (this.plan.raw.length === 0) return [];
    const parameters = new Parameters();
    const key = this.key('endpoint', '"timestamp"');
    const within = timesWithin(parameters, this.plan.raw);
    const wanted = parameters.add([...shares]);
    return this.ask(
      tx,
      parameters,
      `SELECT ${key}, count(*)::float8 AS requests, count(*) FILTER (WHERE status_code >= 400)::float8 AS errors,
              ${sumSql('response_time_ms')} AS sum_ms, min(response_time_ms) AS min_ms, max(response_time_ms) AS max_ms,
              percentile_${kind}(${wanted}::float8[]) WITHIN GROUP (ORDER BY response_time_ms::float8) AS percentiles
       FROM performance_metrics
       WHERE (${within}) ${this.filtered(parameters, 'endpoint')}
       GROUP BY 1, 2, 3`,
    );
  }

  /** All endpoints and methods, and none of them apart: that is written down bucket by bucket. */
  private get isOfEverything(): boolean {
    const { filter, grouping } = this;
    return typeof grouping !== 'string' && filter.endpoint === undefined && filter.method === undefined;
  }

  private totals(parameters: Parameters): string {
    const columns =
      'granularity_min, time_bucket, sample_count, folded_count, error_count, sum_ms, min_ms, max_ms, hist, hist_scale';
    return `(SELECT ${columns} FROM ${piecesOf(parameters, this.plan.tiers)}
            CROSS JOIN LATERAL (
              SELECT * FROM metric_totals
              WHERE granularity_min = piece.minutes AND time_bucket >= piece.begins AND time_bucket < piece.ends
                AND metric_type = 'performance'
              OFFSET 0
            ) AS total
            UNION ALL SELECT ${columns} FROM ${this.tiers(parameters, [])}) AS tier`;
  }

  private tiers(parameters: Parameters, tiers = this.plan.tiers): string {
    const folded = this.plan.raw.map((piece) => ({ ...piece, granularityMs: BUCKET_MS, foldedOnly: true }));
    // OFFSET 0 keeps the planner from looking at the whole table once for all pieces instead of at the index for each of them. The type of
    // event, which requests have none of, stands in the index: rows of usage are passed over there.
    return `${piecesOf(parameters, [...tiers, ...folded])}
            CROSS JOIN LATERAL (
              SELECT *, CASE WHEN source = '${FROM_RAW}' THEN 0 ELSE sample_count END AS folded_count FROM aggregated_metrics
              WHERE granularity_min = piece.minutes AND time_bucket >= piece.begins AND time_bucket < piece.ends
                AND metric_type = 'performance' AND event_type = '' AND (NOT piece.folded_only OR source <> '${FROM_RAW}')
                ${this.filtered(parameters, 'endpoint_path')}
              OFFSET 0
            ) AS tier`;
  }

  private key(endpoint: string, time: string): string {
    const { grouping } = this;
    if (grouping === 'endpoint') return `${endpoint} AS endpoint, method, NULL::timestamptz AS step`;
    const step = grouping === 'nothing' ? 'NULL::timestamptz' : stepSql(time, grouping.stepMs);
    return `'' AS endpoint, '' AS method, ${step} AS step`;
  }

  private filtered(parameters: Parameters, endpointColumn: string): string {
    const { endpoint, method } = this.filter;
    return [
      ...(endpoint === undefined ? [] : [`AND ${endpointColumn} = ${parameters.add(endpoint)}`]),
      ...(method === undefined ? [] : [`AND method = ${parameters.add(method)}`]),
    ].join(' ');
  }

  private ask<Row>(tx: EntityManager, parameters: Parameters, text: string): Promise<Row[]> {
    return tx.query(text, parameters.values) as Promise<Row[]>;
  }
}

export interface ExactRow extends LatencyRow {
  readonly percentiles: readonly number[];
}

/** Where the step begins that a time belongs to: of UTC, as all steps. */
export function stepSql(time: string, stepMs: number): string {
  return `date_bin('${stepMs} milliseconds', ${time}, 'epoch')`;
}

/** Written out interval by interval, so that only the partitions are looked at that hold them. */
export function timesWithin(parameters: Parameters, intervals: readonly Interval[]): string {
  return intervals
    .map(({ from, to }) => {
      const [begin, end] = [from, to].map((instant) => parameters.add(new Date(instant).toISOString()));
      return `"timestamp" >= ${begin} AND "timestamp" < ${end}`;
    })
    .join(' OR ');
}

function samplesOf(minutes: number, name: string): string {
  return `coalesce(sum(sample_count - folded_count) FILTER (WHERE granularity_min = ${minutes}), 0)::float8 AS ${name}`;
}
