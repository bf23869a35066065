import { randomUUID } from 'node:crypto';
import type { RunStatement } from '@lakescope/server-persistence';
import type { Logger } from '@nestjs/common';
import { mergeTier, type KindBucket } from './coarse-tiers';
import { takeLease } from './lease';
import { countUsersOfDays, countUsersOfHours } from './metric-users';
import { daysOfPartitions } from './partitions';
import { readRaw, type Span } from './raw-buckets';
import {
  BUCKET_MS,
  DAY_MS,
  FINE_DAYS,
  FROM_RAW,
  HOUR_MS,
  KINDS,
  firstKeptDay,
  iso,
  startOf,
  type MetricKind,
} from './raw-tables';
import { insertTierRows } from './tier-row';
import { writeTotals } from './tier-totals';

export interface SliceReport {
  readonly buckets: number;
  /** Whether there is more to do. */
  readonly isMore: boolean;
}

/** Marked buckets that are taken at once: an hour of one kind. Larger transactions would only last longer. */
const MOST_BUCKETS = 12;

/** One transaction of a roll-up. */
export class RollUpSlice {
  constructor(
    private readonly run: RunStatement,
    private readonly logger: Logger,
  ) {}

  /**
   * Takes marked buckets that begin before `before`, and works the hours and days out anew that end by `ended`. Throws `LeaseTaken` when
   * another replica is at it.
   */
  async roll(now: number, { before, ended }: { before: number; ended: number }): Promise<SliceReport> {
    await takeLease(this.run);
    const days = await this.daysOfRaw();
    const marked = await this.takeMarks(days, before, now);
    if (marked.length === 0) return { buckets: 0, isMore: false };
    // What has no partition any more lives on in the tiers alone, and must not be worked out anew from rows that are gone.
    const isRaw = ({ kind, bucket }: KindBucket): boolean => days[kind].has(startOf(DAY_MS, bucket));
    const fromRaw = marked.filter(isRaw);
    // Of an hour that goes on nobody reads more than its 5 minutes, and it would be worked out twelve times.
    const isOver = ({ bucket }: KindBucket): boolean => startOf(HOUR_MS, bucket) + HOUR_MS <= ended;
    if (fromRaw.length > 0) {
      await this.rollFiveMinutes(fromRaw);
      const over = fromRaw.filter(isOver);
      if (over.length > 0) await countUsersOfHours(this.run, larger(over, HOUR_MS));
      const userDays = new Set(larger(over, DAY_MS).map(({ bucket }) => bucket));
      await countUsersOfDays(this.run, [...userDays]);
    }
    await this.markEnds(marked.filter((bucket) => !isOver(bucket)));
    // Hours whose 5 minutes are gone are complete as they are.
    const oldest = startOf(DAY_MS, now - FINE_DAYS * DAY_MS);
    const fine = marked.filter((bucket) => bucket.bucket >= oldest || isRaw(bucket));
    // How many people there were in 5 minutes is in the raw rows alone.
    await this.totalFiveMinutes(fine.filter((bucket) => bucket.kind === 'performance' || isRaw(bucket)));
    const over = fine.filter(isOver);
    const corrupt = [
      ...(await this.rollLarger(5, 60, larger(over, HOUR_MS))),
      ...(await this.rollLarger(60, 1440, larger(over, DAY_MS))),
    ];
    await this.markAgain(corrupt.filter(isRaw));
    if (marked.length > fromRaw.length) {
      this.logger.warn(`Marks of ${marked.length - fromRaw.length} buckets came after their raw rows had expired`);
    }
    return { buckets: fromRaw.length, isMore: marked.length === MOST_BUCKETS };
  }

  private async daysOfRaw(): Promise<Readonly<Record<MetricKind, ReadonlySet<number>>>> {
    const days: Record<MetricKind, ReadonlySet<number>> = { performance: new Set(), usage: new Set() };
    for (const kind of KINDS) days[kind] = new Set(await daysOfPartitions(this.run, kind));
    return days;
  }

  /**
   * Takes the marks of the oldest buckets away; one made after this transaction's moment stays, and the bucket's turn comes again. Rows
   * that still lie in the default partition keep their marks until there is a partition for them.
   */
  private async takeMarks(
    days: Readonly<Record<MetricKind, ReadonlySet<number>>>,
    before: number,
    now: number,
  ): Promise<KindBucket[]> {
    const known = KINDS.flatMap((kind) => [...days[kind]].map((day) => ({ kind, day: iso(day) })));
    const rows = await this.run<{ kind: MetricKind; bucket: Date }>(
      `WITH chosen AS (
         SELECT DISTINCT kind, bucket FROM metrics_dirty
         WHERE bucket < $1 AND (
           bucket < $2 OR (kind, date_bin('1 day', bucket, timestamptz '2000-01-01 00:00:00Z')) IN
             (SELECT * FROM unnest($3::text[], $4::timestamptz[])))
         ORDER BY bucket, kind LIMIT ${MOST_BUCKETS}
       ), taken AS (
         DELETE FROM metrics_dirty USING chosen
         WHERE metrics_dirty.kind = chosen.kind AND metrics_dirty.bucket = chosen.bucket
       )
       SELECT kind, bucket FROM chosen ORDER BY bucket, kind`,
      [iso(before), iso(firstKeptDay(now)), known.map(({ kind }) => kind), known.map(({ day }) => day)],
    );
    return rows.map(({ kind, bucket }) => ({ kind, bucket: bucket.getTime() }));
  }

  private async rollFiveMinutes(marked: readonly KindBucket[]): Promise<void> {
    const rows = [];
    for (const kind of KINDS) {
      for (const span of spansOf(marked.filter((bucket) => bucket.kind === kind))) {
        rows.push(...(await readRaw(this.run, kind, span)));
      }
    }
    await this.clear(5, marked);
    await insertTierRows(this.run, 5, rows);
  }

  private async totalFiveMinutes(buckets: readonly KindBucket[]): Promise<void> {
    if (buckets.length === 0) return;
    // Read again, because what replicas have folded counts, too.
    const { rows } = await mergeTier(this.run, 5, { unitMs: BUCKET_MS, buckets });
    await writeTotals(this.run, 5, buckets, rows);
  }

  /** Answers buckets of which a row could not be read. */
  private async rollLarger(from: number, to: number, buckets: readonly KindBucket[]): Promise<readonly KindBucket[]> {
    if (buckets.length === 0) return [];
    const { rows, corrupt, leftOut } = await mergeTier(this.run, from, { unitMs: to * 60_000, buckets });
    if (leftOut > 0) this.logger.error(`${leftOut} rows of the ${from}-minute tier are corrupt and were left out`);
    await this.clear(to, buckets);
    await insertTierRows(this.run, to, rows);
    await writeTotals(this.run, to, buckets, rows);
    return corrupt;
  }

  /** Rows that replicas have folded themselves stay: nobody could work them out anew. */
  private async clear(minutes: number, buckets: readonly KindBucket[]): Promise<void> {
    await this.run(
      `DELETE FROM aggregated_metrics USING unnest($2::text[], $3::timestamptz[]) AS cleared (kind, bucket)
       WHERE granularity_min = $1 AND source = $4 AND metric_type = cleared.kind AND time_bucket = cleared.bucket`,
      [minutes, buckets.map(({ kind }) => kind), buckets.map(({ bucket }) => iso(bucket)), FROM_RAW],
    );
  }

  /** The last 5 minutes of these hours: while they are marked nobody takes the hour, and when they are over it is worked out. */
  private async markEnds(buckets: readonly KindBucket[]): Promise<void> {
    const last = HOUR_MS - BUCKET_MS;
    await this.markAgain(larger(buckets, HOUR_MS).map(({ kind, bucket }) => ({ kind, bucket: bucket + last })));
  }

  private async markAgain(buckets: readonly KindBucket[]): Promise<void> {
    if (buckets.length === 0) return;
    // Once is enough: whoever takes marks away holds the lease, as we do now.
    await this.run(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT kind, bucket, $3::uuid, 0 FROM unnest($1::text[], $2::timestamptz[]) AS again (kind, bucket)
       WHERE NOT EXISTS (SELECT FROM metrics_dirty AS mark WHERE mark.kind = again.kind AND mark.bucket = again.bucket)`,
      [buckets.map(({ kind }) => kind), buckets.map(({ bucket }) => iso(bucket)), randomUUID()],
    );
  }
}

/** The larger buckets that hold these, each once. */
function larger(buckets: readonly KindBucket[], unitMs: number): KindBucket[] {
  const found = new Map<string, KindBucket>();
  for (const { kind, bucket } of buckets) {
    const begin = startOf(unitMs, bucket);
    found.set(`${kind} ${begin}`, { kind, bucket: begin });
  }
  return [...found.values()];
}

/** Neighbours are read together. */
function spansOf(buckets: readonly KindBucket[]): Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const { bucket } of [...buckets].sort((one, other) => one.bucket - other.bucket)) {
    const last = spans.at(-1);
    if (last?.to === bucket) last.to = bucket + BUCKET_MS;
    else spans.push({ from: bucket, to: bucket + BUCKET_MS });
  }
  return spans;
}
