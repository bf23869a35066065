import { randomUUID } from 'node:crypto';
import { BackgroundDatabase, type RunStatement } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { examine } from './drop-gate';
import { sumUpLedger } from './ledger-days';
import { LeaseTaken, takeLease } from './lease';
import { isLockRefusal, limitLockWaits, patiently } from './lock-patience';
import { daysInDefault, daysOfPartitions } from './partitions';
import {
  COARSE_DAYS,
  DAY_MS,
  FINE_DAYS,
  HOUR_MS,
  KINDS,
  RAW_TABLES,
  defaultPartitionOf,
  firstKeptDay,
  isExpired,
  iso,
  partitionOf,
  startOf,
  type MetricKind,
} from './raw-tables';

export interface KeptPartition {
  readonly partition: string;
  /** E.g. 2026-11-21. */
  readonly day: string;
  readonly reason: string;
  /** Whether somebody should look into it; else it goes with one of the next runs. */
  readonly alarm: boolean;
}

export interface RetentionReport {
  /** Names of the partitions that are gone. */
  readonly dropped: readonly string[];
  /** Partitions that are old enough and stay, and why. */
  readonly kept: readonly KeptPartition[];
}

/** A day that must not go. Thrown so that its transaction ends; its message is the reason. */
class DayStays extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'DayStays';
  }
}

const IN_USE = 'somebody reads or writes the table all the time; tried again with the next run';
const OTHERS_WORK = 'another replica works on the tiers; tried again with the next run';

/**
 * Lets go of what is old. A day of raw rows goes 7 days after its end, and not before it is proved to live on in the tiers; what cannot be
 * proved stays, and is told.
 */
@Injectable()
export class Retention {
  private readonly logger = new Logger('Metrics');

  constructor(
    @Inject(BackgroundDatabase) private readonly database: Pick<BackgroundDatabase, 'transaction'>,
    private readonly clock: MetricsClock,
  ) {}

  /** May run on any number of replicas at once. */
  async run(clockNow = this.clock.now()): Promise<RetentionReport> {
    const now = await this.agreedTime(clockNow);
    const dropped: string[] = [];
    const kept: KeptPartition[] = [];
    for (const kind of KINDS) {
      for (const day of await this.expiredDays(kind, now)) {
        const reason = await this.letGo(kind, day);
        if (reason === undefined) dropped.push(partitionOf(kind, day));
        else {
          const alarm = reason !== IN_USE && reason !== OTHERS_WORK;
          kept.push({ partition: partitionOf(kind, day), day: iso(day).slice(0, 10), reason, alarm });
        }
      }
      await this.expireAstray(kind, now);
    }
    await this.tidy(now);
    for (const { partition, reason, alarm } of kept) {
      this.logger[alarm ? 'error' : 'log'](`The raw metrics in ${partition} are old and stay: ${reason}`);
    }
    return { dropped, kept };
  }

  /** Both our clock and the database's must find it late: one that was set wrong deletes nothing. */
  private async agreedTime(clockNow: number): Promise<number> {
    const [row] = await this.database.transaction((run) => run<{ now: Date }>('SELECT now() AS now'));
    return Math.min(clockNow, row?.now.getTime() ?? clockNow);
  }

  private async expiredDays(kind: MetricKind, now: number): Promise<number[]> {
    const days = await this.database.transaction((run) => daysOfPartitions(run, kind));
    return days.filter((day) => isExpired(day, now));
  }

  /** Why the day stays; undefined when it is gone. */
  private async letGo(kind: MetricKind, day: number): Promise<string | undefined> {
    try {
      await patiently(() => this.database.transaction((run) => drop(run, kind, day), { statementTimeoutMs: 60_000 }));
      return undefined;
    } catch (error) {
      if (error instanceof DayStays) return error.message;
      if (error instanceof LeaseTaken) return OTHERS_WORK;
      if (isLockRefusal(error)) return IN_USE;
      throw error;
    }
  }

  /** Rows that came after their day was gone were never counted anywhere, and are booked so. */
  private async expireAstray(kind: MetricKind, now: number): Promise<void> {
    const first = firstKeptDay(now);
    const astray = await this.database.transaction((run) => daysInDefault(run, kind));
    if (!astray.some(({ day }) => day < first)) return;
    await this.database.transaction((run) =>
      run(
        `WITH gone AS (DELETE FROM ${defaultPartitionOf(kind)} WHERE "timestamp" < $1 RETURNING 1)
         INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, written, dropped, closed)
         SELECT $2::uuid, 1, $3, 'expire', -count(*), -count(*), jsonb_build_object('too_late', count(*)), true FROM gone
         HAVING count(*) > 0`,
        [iso(first), randomUUID(), kind],
      ),
    );
  }

  private async tidy(now: number): Promise<void> {
    try {
      await this.database.transaction((run) => this.expireTiers(run, now), { statementTimeoutMs: 60_000 });
    } catch (error) {
      if (!(error instanceof LeaseTaken)) throw error;
    }
    await this.database.transaction((run) => sumUpLedger(run, startOf(DAY_MS, now - FINE_DAYS * DAY_MS)), {
      statementTimeoutMs: 60_000,
    });
  }

  /** With an hour to spare: the clock of a replica that rolls up may be behind. What still has raw rows keeps its 5 minutes. */
  private async expireTiers(run: RunStatement, now: number): Promise<void> {
    await takeLease(run);
    const oldest = startOf(DAY_MS, now - FINE_DAYS * DAY_MS - HOUR_MS);
    const days = [];
    for (const kind of KINDS) days.push(...(await daysOfPartitions(run, kind)));
    for (const table of ['aggregated_metrics', 'metric_totals']) {
      await run(`DELETE FROM ${table} WHERE granularity_min = 5 AND time_bucket < $1`, [
        iso(Math.min(oldest, ...days)),
      ]);
    }
    const oldestCoarse = iso(startOf(DAY_MS, now - COARSE_DAYS * DAY_MS - HOUR_MS));
    for (const table of ['aggregated_metrics', 'metric_totals', 'metric_users']) {
      await run(`DELETE FROM ${table} WHERE granularity_min = ANY ('{60,1440}') AND time_bucket < $1`, [oldestCoarse]);
    }
  }
}

/**
 * Under the lease nobody rolls up, so what was counted can only have changed together with a new mark; that is looked for once more when
 * nobody can write any longer.
 */
async function drop(run: RunStatement, kind: MetricKind, day: number): Promise<void> {
  const partition = partitionOf(kind, day);
  await takeLease(run);
  const { rows, reason } = await examine(run, kind, day);
  if (reason !== undefined) throw new DayStays(reason);
  await limitLockWaits(run);
  await run(`LOCK TABLE ONLY ${RAW_TABLES[kind]} IN ACCESS EXCLUSIVE MODE`);
  const [late] = await run<{ marked: boolean }>(
    `SELECT EXISTS (SELECT FROM metrics_dirty WHERE kind = $1 AND bucket >= $2 AND bucket < $3)
         OR to_regclass($4) IS NULL AS marked`,
    [kind, iso(day), iso(day + DAY_MS), partition],
  );
  if (late?.marked !== false) throw new DayStays('a late row came in just now');
  await run(
    `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, closed)
     VALUES ($1::uuid, 1, $2, 'expire', $3::bigint, true)`,
    [randomUUID(), kind, -rows],
  );
  await run(`DROP TABLE ${partition}`);
}
