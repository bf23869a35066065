import { MetricsConfig } from '@lakescope/server-config';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { CollectionState } from '../collection/collection-state';
import { MetricsClock } from '../collection/metrics-clock';
import { RecentLosses } from './recent-losses';
import type { StorageAlertDto, StorageAlertId, StorageAlertListDto, StorageState } from './storage-alert.dto';

/** Of a limit: from here on it is a warning. */
const WARNING = 0.8;
/** An alert ends when the value has gone this share below where it began. */
const HYSTERESIS = 0.1;
const OLDEST_DIRTY_SECONDS = 600;
const FULLEST_RING = 0.5;
/** Rows outside of the partitions are counted no further: it is clear by then. */
const MOST_COUNTED = 100_000;

interface Stored {
  raw_rows: number;
  dirty_seconds: number;
  default_rows: number;
}

interface Measure {
  readonly value: number;
  readonly limit: number;
  readonly detail: string;
  readonly fix: string;
}

/** Whether there is room for metrics, and whether they are worked off: looked at every minute while the database is awake. */
@Injectable()
export class StorageAlerts {
  private readonly logger = new Logger('Alerts');
  private readonly losses = new RecentLosses();
  private readonly states = new Map<StorageAlertId, StorageState>();

  constructor(
    private readonly config: MetricsConfig,
    private readonly database: Database,
    private readonly collection: CollectionState,
    private readonly clock: MetricsClock,
  ) {}

  async list(): Promise<StorageAlertListDto> {
    return { items: await this.look() };
  }

  /** Looks at everything, and logs what has changed. */
  async look(): Promise<StorageAlertDto[]> {
    const stored = this.storedMeasures(await this.stored());
    return this.noted({ ...stored, ...this.ownMeasures() });
  }

  /** Looks at what this process knows by itself, with or without a database, and logs what has changed. */
  lookHere(): void {
    this.noted(this.ownMeasures());
  }

  private noted(measures: Partial<Record<StorageAlertId, Measure>>): StorageAlertDto[] {
    return (Object.entries(measures) as [StorageAlertId, Measure][]).map(([id, measure]) => {
      const before = this.states.get(id) ?? 'ok';
      const state = stateOf(measure, before);
      this.states.set(id, state);
      const { value, limit, detail, fix } = measure;
      if (state !== before) this.tell(id, state, detail);
      return { id, state, value, limit, detail, fix: state === 'ok' ? null : fix };
    });
  }

  private storedMeasures(stored: Stored): Record<'raw_rows' | 'dirty_age' | 'default_partition', Measure> {
    return {
      raw_rows: {
        value: stored.raw_rows,
        limit: this.config.alertRows,
        detail: `Raw rows of performance metrics stored: about ${grouped(stored.raw_rows)}`,
        fix: 'Raw rows go by themselves after 7 days. Give the database more room, or raise METRICS_ALERT_ROWS if it has enough.',
      },
      dirty_age: {
        value: stored.dirty_seconds,
        limit: OLDEST_DIRTY_SECONDS,
        detail: `The oldest metrics that wait to be rolled up have waited for ${grouped(stored.dirty_seconds)} s`,
        fix: 'Run `npm run aggregate-metrics`, and look in the log for why the roll-up does not succeed.',
      },
      default_partition: {
        value: stored.default_rows,
        limit: 1,
        detail: `Rows outside of the partitions of their days: ${grouped(stored.default_rows)}`,
        fix: 'They are moved when the partition of their day is made: run `npm run aggregate-metrics`. Rows of the future mean that a clock is wrong.',
      },
    };
  }

  private ownMeasures(): Record<'dropped' | 'ring', Measure> {
    const { inRing, ringCapacity, dropped } = this.collection.snapshot();
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    const lately = this.losses.lately(lost, this.clock.now());
    const fill = inRing / ringCapacity;
    return {
      dropped: {
        value: lately,
        limit: 1,
        detail: `Requests dropped by this replica: ${grouped(lately)} within the hour, ${grouped(lost)} since it began${namesOf(dropped)}`,
        fix: 'The reason says why. `overflow_full`: the database was away for too long; raise METRICS_RING_SAMPLES.',
      },
      ring: {
        value: fill,
        limit: FULLEST_RING,
        detail: `Requests that wait for the database: ${grouped(inRing)}; there is room for ${grouped(ringCapacity)}`,
        fix: 'Bring the database back, or make it faster. When the room is used up, requests are kept as histograms only.',
      },
    };
  }

  private async stored(): Promise<Stored> {
    const now = new Date(this.clock.now()).toISOString();
    const [row] = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = 'performance_metrics'::regclass) AS raw_rows,
                  -- Rows may come days late: they wait since they came. A mark without an entry stands for no rows of its own.
                  (SELECT coalesce(greatest(extract(epoch FROM $1::timestamptz
                            - min(greatest(bucket + interval '5 minutes', committed_at))), 0), 0)::float8
                     FROM metrics_dirty JOIN metrics_ingest_log USING (boot_id, seq)) AS dirty_seconds,
                  (SELECT count(*)::float8 FROM (SELECT FROM performance_metrics_default LIMIT $2) AS outside)
                    + (SELECT count(*)::float8 FROM (SELECT FROM usage_events_default LIMIT $2) AS outside) AS default_rows`,
          [now, MOST_COUNTED],
        ),
      { feature: 'Alerts', repeat: 'read' },
    )) as Stored[];
    if (row === undefined) throw new Error('The database answered without a row');
    return row;
  }

  private tell(id: StorageAlertId, state: StorageState, detail: string): void {
    const line = { msg: `Storage alert ${id} is ${state}: ${detail}`, alert: id };
    if (state === 'error') this.logger.error(line);
    else if (state === 'warning') this.logger.warn(line);
    else this.logger.log(line);
  }
}

function stateOf({ value, limit }: Measure, before: StorageState): StorageState {
  const reached = (share: number, isOn: boolean): boolean =>
    value > 0 && value >= limit * share * (isOn ? 1 - HYSTERESIS : 1);
  if (reached(1, before === 'error')) return 'error';
  return reached(WARNING, before !== 'ok') ? 'warning' : 'ok';
}

function namesOf(dropped: Readonly<Record<string, number>>): string {
  const names = Object.entries(dropped).map(([reason, count]) => `${reason}: ${grouped(count)}`);
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
