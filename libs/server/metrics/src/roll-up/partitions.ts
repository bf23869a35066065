import { randomUUID } from 'node:crypto';
import { BackgroundDatabase, type RunStatement } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { bucketOf } from '../collection/ledger-statement';
import { MetricsClock } from '../collection/metrics-clock';
import { limitLockWaits, patiently } from './lock-patience';
import {
  DAY_MS,
  FROM_RAW,
  KINDS,
  RAW_TABLES,
  dayOf,
  defaultPartitionOf,
  firstKeptDay,
  isExpired,
  iso,
  partitionOf,
  startOf,
  type MetricKind,
} from './raw-tables';

export interface PartitionsReport {
  /** Names of the partitions that were made. */
  readonly created: readonly string[];
  /** Rows that no partition takes: an alarm, because they can neither be rolled up nor expire. */
  readonly inDefault: Readonly<Record<MetricKind, number>>;
}

const DAYS_AHEAD = 3;

/**
 * The partitions of the raw tables: one per UTC day, from yesterday to three days ahead, so that the app may be away for some days; for
 * usage events from the oldest day that is kept, because a browser that was offline tells of it later. Rows that came before their
 * partition was there lie in the default one, and are moved when it is made.
 */
@Injectable()
export class Partitions {
  private readonly logger = new Logger('Metrics');
  private found: PartitionsReport | undefined;

  constructor(
    @Inject(BackgroundDatabase) private readonly database: Pick<BackgroundDatabase, 'transaction'>,
    private readonly clock: MetricsClock,
  ) {}

  /** What was found last; undefined before the first time. */
  get last(): PartitionsReport | undefined {
    return this.found;
  }

  /** Makes what is missing. May run on any number of replicas at once; rejects when a lock was not to be had for some seconds. */
  async ensure(now = this.clock.now()): Promise<PartitionsReport> {
    const created: string[] = [];
    const inDefault = { performance: 0, usage: 0 };
    for (const kind of KINDS) {
      const astray = await this.database.transaction((run) => daysInDefault(run, kind));
      const there = await this.database.transaction((run) => daysOfPartitions(run, kind));
      for (const day of wantedDays(kind, now, astray)) {
        if (there.includes(day)) continue;
        const made = await patiently(() => this.database.transaction((run) => create(run, kind, day)));
        if (made) created.push(partitionOf(kind, day));
      }
      const left = astray.length === 0 ? astray : await this.database.transaction((run) => daysInDefault(run, kind));
      inDefault[kind] = left.reduce((sum, { rows }) => sum + rows, 0);
      if (inDefault[kind] > 0) this.complain(kind, left);
    }
    this.found = { created, inDefault };
    return this.found;
  }

  private complain(kind: MetricKind, days: readonly AstrayDay[]): void {
    const named = days.map(({ day, rows }) => `${iso(day).slice(0, 10)} (${rows})`).join(', ');
    this.logger.error(`Rows lie in ${defaultPartitionOf(kind)}, because there is no partition for their day: ${named}`);
  }
}

export interface AstrayDay {
  readonly day: number;
  readonly rows: number;
}

/** Days of which there are rows in the default partition, and how many. */
export async function daysInDefault(run: RunStatement, kind: MetricKind): Promise<AstrayDay[]> {
  const rows = await run<{ day: Date; rows: number }>(
    `SELECT date_bin('1 day', "timestamp", timestamptz '2000-01-01 00:00:00Z') AS day, count(*)::float8 AS rows
     FROM ${defaultPartitionOf(kind)} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({ day: row.day.getTime(), rows: row.rows }));
}

/** Days that have a partition, oldest first. */
export async function daysOfPartitions(run: RunStatement, kind: MetricKind): Promise<number[]> {
  const rows = await run<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = $1::regclass ORDER BY 1`,
    [RAW_TABLES[kind]],
  );
  return rows.flatMap(({ name }) => dayOf(kind, name) ?? []);
}

/** Of days that lie further ahead no partition is made: a clock that is wrong must not fill the catalog. */
function wantedDays(kind: MetricKind, now: number, astray: readonly AstrayDay[]): number[] {
  const today = startOf(DAY_MS, now);
  const last = today + DAYS_AHEAD * DAY_MS;
  const days = new Set(astray.map(({ day }) => day).filter((day) => !isExpired(day, now) && day <= last));
  const first = kind === 'usage' ? firstKeptDay(now) : today - DAY_MS;
  for (let day = first; day <= last; day += DAY_MS) days.add(day);
  return [...days].sort((one, other) => one - other);
}

/**
 * Whether the tiers know of more rows than lie in the default partition: then the day has had its partition and has been let go of. An empty
 * one in its place would look as if everything of that day could be worked out anew. (After a restore all rows are in the default one.)
 */
async function wasLetGo(run: RunStatement, kind: MetricKind, day: number): Promise<boolean> {
  const [row] = await run<{ gone: boolean }>(
    `SELECT coalesce(sum(sample_count), 0) > (
         SELECT count(*) FROM ${defaultPartitionOf(kind)} WHERE "timestamp" >= $2 AND "timestamp" < $3) AS gone
     FROM aggregated_metrics
     WHERE granularity_min = 5 AND time_bucket >= $2 AND time_bucket < $3 AND metric_type = $1 AND source = '${FROM_RAW}'`,
    [kind, iso(day), iso(day + DAY_MS)],
  );
  return row?.gone === true;
}

/**
 * Makes a table of its own and attaches it: `PARTITION OF` would lock the parent against everybody. Only the default partition is locked,
 * which nobody writes to as long as all is well; that lock also lets one replica after the other in. False when another has made it.
 */
async function create(run: RunStatement, kind: MetricKind, day: number): Promise<boolean> {
  const [table, name, standard] = [RAW_TABLES[kind], partitionOf(kind, day), defaultPartitionOf(kind)];
  const [begin, end] = [iso(day), iso(day + DAY_MS)];
  await limitLockWaits(run);
  await run(`LOCK TABLE ONLY ${standard} IN ACCESS EXCLUSIVE MODE`);
  const [found] = await run<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
  if (found?.there !== false || (await wasLetGo(run, kind, day))) return false;
  await run(
    `CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)`,
  );
  // Their buckets are marked anew: a roll-up that began before sees them neither here nor there.
  await run(
    `WITH moved AS (DELETE FROM ${standard} WHERE "timestamp" >= $1 AND "timestamp" < $2 RETURNING *),
          marked AS (
            INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
            SELECT DISTINCT $3, ${bucketOf('"timestamp"')}, $4::uuid, 0 FROM moved
          )
     INSERT INTO ${name} SELECT * FROM moved`,
    [begin, end, kind, randomUUID()],
  );
  await run(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${begin}') TO ('${end}')`);
  // Without any policy: its rows are reached through the parent, by the parent's policies, or not at all.
  await run(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
  await run(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
  return true;
}
