import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CollectionState } from '../collection/collection-state';
import { MINUTE_MS, iso } from '../roll-up/raw-tables';
import type { MetricsCollectionDto, UncleanBootDto } from './metrics-answer.dto';
import { RAW_MS, type Interval } from './metrics-range';

/** A boot that has written nothing for so long, and has not said that nothing is on its way, is not there any more. */
const SILENT_MS = MINUTE_MS;
/** A replica that ends without a word takes with it at most what came since its last flush. */
const UNFLUSHED_SECONDS = 1;

interface Totals {
  readonly observed: number;
  readonly written: number;
  readonly overflow: number;
  readonly dropped: Readonly<Record<string, number>>;
}

interface BootRow {
  readonly boot_id: string;
  readonly last: Totals & { readonly closed: boolean };
  readonly last_seen_at: Date;
  /** Nothing came after it, whatever was asked for. */
  readonly is_end: boolean;
  /** Requests per second between the last two entries. */
  readonly rate: number | null;
  /** What was booked before the interval. */
  readonly before: Totals | null;
}

/** What boots told last whose entries are not kept one by one any more. */
interface DayRow {
  readonly boot_id: null;
  readonly last: Totals;
}

/** Whether everything was counted, by the ledger of all replicas and the memory of this one. */
@Injectable()
export class CollectionBooks {
  constructor(private readonly state: CollectionState) {}

  async read(tx: EntityManager, { from, to }: Interval, now: number): Promise<MetricsCollectionDto> {
    const here = this.state.snapshot();
    // Days are told of by themselves only when single entries of that time may be gone: one question less.
    const statement = from < now - RAW_MS ? `${BOOTS} ${AND_DAYS}` : BOOTS;
    const rows = (await tx.query(statement, [iso(from), iso(to), here.bootId])) as (BootRow | DayRow)[];
    const boots = rows.filter((row): row is BootRow => row.boot_id !== null);
    const sum = { observed: 0, written: 0, overflow: 0, dropped: {} as Record<string, number> };
    // A replica that has booked nothing yet.
    if (!boots.some(({ boot_id }) => boot_id === here.bootId) && to >= now) add(sum, here, 1);
    for (const row of rows) if (row.boot_id === null) add(sum, row.last, 1);
    const unclean: UncleanBootDto[] = [];
    for (const boot of boots) {
      const isHere = boot.boot_id === here.bootId;
      // What this replica has not booked yet is known by itself alone.
      add(sum, isHere && to >= now ? here : boot.last, 1);
      if (boot.before !== null) add(sum, boot.before, -1);
      if (!isHere && boot.is_end && !boot.last.closed && boot.last_seen_at.getTime() < now - SILENT_MS) {
        unclean.push({
          boot_id: boot.boot_id,
          last_seen_at: boot.last_seen_at.toISOString(),
          at_most: Math.max(1, Math.ceil((boot.rate ?? 0) * UNFLUSHED_SECONDS)),
        });
      }
    }
    const dropped = Object.values(sum.dropped).reduce((total, count) => total + count, 0);
    return {
      state: here.state,
      observed: sum.observed,
      written: sum.written,
      overflow: sum.overflow,
      dropped,
      dropped_by_reason: Object.fromEntries(Object.entries(sum.dropped).filter(([, count]) => count !== 0)),
      in_ring: sum.observed - sum.written - sum.overflow - dropped,
      unclean_boots: unclean,
    };
  }
}

function add(sum: { -readonly [Key in keyof Totals]: Totals[Key] }, more: Totals, sign: 1 | -1): void {
  sum.observed += sign * more.observed;
  sum.written += sign * more.written;
  sum.overflow += sign * more.overflow;
  const dropped = { ...sum.dropped };
  for (const [reason, count] of Object.entries(more.dropped)) dropped[reason] = (dropped[reason] ?? 0) + sign * count;
  sum.dropped = dropped;
}

const TOTALS = `json_build_object('observed', observed, 'written', written, 'overflow', overflow, 'dropped', dropped, 'closed', closed)`;
const OF_BOOT = `FROM metrics_ingest_log WHERE boot_id = boot.id AND kind = 'performance' AND entry = 'flush'`;

/**
 * Entries are running totals of a boot, so that what was booked within an interval is the last entry before its end without the last one
 * before its begin. The boots are found one after the other by the key, since there are as many entries as seconds.
 */
const BOOTS = `
  WITH RECURSIVE boot(id) AS (
    (SELECT boot_id FROM metrics_ingest_log ORDER BY boot_id LIMIT 1)
    UNION ALL
    SELECT (SELECT boot_id FROM metrics_ingest_log WHERE boot_id > boot.id ORDER BY boot_id LIMIT 1)
    FROM boot WHERE boot.id IS NOT NULL
  )
  SELECT boot.id AS boot_id, ending.totals AS last, ending.committed_at AS last_seen_at,
         ending.seq = (SELECT seq ${OF_BOOT} ORDER BY seq DESC LIMIT 1) AS is_end, beginning.totals AS before,
         ((ending.observed - previous.observed) / nullif(extract(epoch FROM ending.committed_at - previous.committed_at), 0))::float8 AS rate
  FROM boot
  CROSS JOIN LATERAL (
    SELECT ${TOTALS} AS totals, committed_at, observed, seq ${OF_BOOT} AND committed_at < $2 ORDER BY seq DESC LIMIT 1
  ) AS ending
  CROSS JOIN LATERAL (SELECT committed_at ${OF_BOOT} ORDER BY seq LIMIT 1) AS first
  LEFT JOIN LATERAL (
    SELECT committed_at, observed ${OF_BOOT} AND seq < ending.seq ORDER BY seq DESC LIMIT 1
  ) AS previous ON true
  LEFT JOIN LATERAL (
    SELECT ${TOTALS} AS totals ${OF_BOOT} AND committed_at < $1 ORDER BY committed_at DESC LIMIT 1
  ) AS beginning ON first.committed_at < $1
  WHERE ending.committed_at >= $1 OR boot.id = $3`;

/** Of boots whose entries are too old to be kept one by one: what each told last is booked on that day. */
const AND_DAYS = `
  UNION ALL
  SELECT NULL, ${TOTALS}, committed_at, false, NULL, NULL FROM metrics_ingest_log
  WHERE kind = 'performance' AND entry = 'day' AND committed_at >= $1 AND committed_at < $2`;
