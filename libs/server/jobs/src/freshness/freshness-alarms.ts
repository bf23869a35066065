import { FeatureCounters } from '@lakescope/server-http';
import { ReportedAlerts, type AlertReport } from '@lakescope/server-metrics';
import { Database, failureReason } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { reasonOf, TOLD_FRESHNESS, type FreshnessRow } from './freshness-rows';
import type { FreshnessState } from './freshness-values';

const WORKING = { feature: 'Ingestion jobs', repeat: 'write' } as const;
/** Tables told of in one message, the worst first. */
const TOLD = 20;
/** Targets that the process tells its metrics of, the furthest behind first: each is a series of its own wherever they are kept. */
const MEASURED = 50;

/** A table that is late or blocked now, or is so no more. */
interface Alarm extends FreshnessRow {
  readonly alarm: 'late' | 'blocked' | null;
}

interface TargetLag {
  readonly target_uri: string;
  readonly worst_ms: string | null;
  readonly late: number;
  readonly blocked: number;
}

/**
 * Notices which tables have become late or blocked, and which are fresh again, and has the rules on freshness tell of it. Looks after each
 * run, each look at a manifest and each change of a threshold, and at no other time: nothing here wakes the database. What the look compares
 * is what was noted before, so that one that was missed is made up for by the next.
 */
@Injectable()
export class FreshnessAlarms implements OnModuleInit {
  private readonly logger = new Logger('Jobs');
  private lags: readonly TargetLag[] = [];

  constructor(
    private readonly database: Database,
    private readonly alerts: ReportedAlerts,
    private readonly counters: FeatureCounters,
  ) {}

  onModuleInit(): void {
    this.counters.register({
      name: 'lakescope_ingestion_behind_seconds',
      kind: 'gauge',
      help: `How far the table of a target that is furthest behind its source lies behind it, when this replica last looked; the ${MEASURED} worst targets.`,
      read: () =>
        this.lags.flatMap(({ target_uri: target, worst_ms }) =>
          worst_ms === null ? [] : [[{ target }, Number(worst_ms) / 1000] as const],
        ),
    });
    this.counters.register({
      name: 'lakescope_ingestion_tables_in_alarm',
      kind: 'gauge',
      help: 'Tables of a target that are late or blocked, when this replica last looked.',
      read: () =>
        this.lags.flatMap(({ target_uri: target, late, blocked }) => [
          [{ target, state: 'late' }, late] as const,
          [{ target, state: 'blocked' }, blocked] as const,
        ]),
    });
  }

  /** Never rejects: what has happened has happened, whoever is told. */
  async look(): Promise<void> {
    try {
      await this.database.asSystem((tx) => this.lookIn(tx), WORKING);
      this.alerts.send();
    } catch (error) {
      this.logger.warn(`Nobody is told yet how fresh tables are: ${failureReason(error)}`);
    }
  }

  private async lookIn(tx: EntityManager): Promise<void> {
    // Two at once would tell of the same.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('freshness alarms', 0))`);
    const news = await noteChanges(tx);
    await this.alerts.evaluate(tx, (target) => reportOf(tx, target, news));
    this.lags = (await tx.query(
      `SELECT target_uri, max(behind_ms) AS worst_ms, count(*) FILTER (WHERE state = 'late')::int AS late,
              count(*) FILTER (WHERE state = 'blocked')::int AS blocked
         FROM ${TOLD_FRESHNESS} GROUP BY target_uri ORDER BY 2 DESC NULLS LAST, 1 LIMIT $1`,
      [MEASURED],
    )) as TargetLag[];
  }
}

const ALARM = `CASE WHEN told.state IN ('late', 'blocked') THEN told.state END`;

/** Answers the tables that stand otherwise than before. */
async function noteChanges(tx: EntityManager): Promise<Alarm[]> {
  const [changed] = (await tx.query(
    `UPDATE ingestion_freshness kept
        SET alarm = ${ALARM}, alarm_since = CASE WHEN ${ALARM} IS NOT NULL THEN clock_timestamp() END
       FROM ${TOLD_FRESHNESS}
      WHERE kept.user_id = told.user_id AND kept.pair_key = told.pair_key AND kept.table_name = told.table_name
        AND kept.alarm IS DISTINCT FROM ${ALARM}
      RETURNING told.*, ${ALARM} AS now_alarm`,
  )) as [(FreshnessRow & { now_alarm: Alarm['alarm'] })[], number];
  return changed.map(({ now_alarm, ...row }) => ({ ...row, alarm: now_alarm }));
}

async function reportOf(tx: EntityManager, target: string | null, news: readonly Alarm[]): Promise<AlertReport> {
  const which = `alarm IS NOT NULL AND ($1::text IS NULL OR target_uri = $1)`;
  const [row] = (await tx.query(`SELECT count(*)::int AS count FROM ${TOLD_FRESHNESS} WHERE ${which}`, [target])) as {
    count: number;
  }[];
  const worst = (await tx.query(
    `SELECT * FROM ${TOLD_FRESHNESS} WHERE ${which}
      ORDER BY alarm, behind_ms DESC NULLS LAST, target_uri, table_name LIMIT $2`,
    [target, TOLD],
  )) as FreshnessRow[];
  const changed = news.filter(({ target_uri }) => target === null || target_uri === target);
  const over = changed.filter(({ alarm }) => alarm === null);
  return {
    value: row?.count ?? 0,
    hasNews: changed.length > 0,
    details: { tables: worst.map(told), over: over.slice(0, TOLD).map(told), over_count: over.length },
  };
}

interface ToldTable {
  readonly table: string;
  readonly target_uri: string;
  readonly state: FreshnessState;
  readonly behind_seconds: number | null;
  readonly threshold_seconds: number | null;
  readonly reason: string | null;
}

function told(row: FreshnessRow): ToldTable {
  return {
    table: row.table_name,
    target_uri: row.target_uri,
    state: row.state,
    behind_seconds: row.behind_ms === null ? null : Math.floor(Number(row.behind_ms) / 1000),
    threshold_seconds: row.minutes === null ? null : row.minutes * 60,
    reason: reasonOf(row),
  };
}
