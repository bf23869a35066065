import { HttpConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import {
  BackgroundDatabase,
  Database,
  DatabaseUnavailable,
  failureReason,
  type RunStatement,
} from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Not } from 'typeorm';
import { CollectionState } from '../collection/collection-state';
import { MetricsClock } from '../collection/metrics-clock';
import { forgetOldDeliveries, noteDelivery, type AlertEvent } from './alert-deliveries';
import { AlertMessenger } from './alert-messenger';
import { alertPayload } from './alert-payload';
import { AlertRule } from './alert-rule.entity';
import { lastStanding, nextStanding, type AlertStanding } from './alert-state';
import { AlertValues } from './alert-values';
import { StorageAlerts } from './storage-alerts';

const EVERY_MS = 60_000;
/** A rule that was looked at so lately, by whichever replica, is not looked at again; a little less than a minute, as timers are late. */
const DUE_AFTER_MS = 55_000;
/** Of `pg_try_advisory_xact_lock`: who evaluates. Any number that nobody else uses. */
const LOCK = 7_140_001;

interface Evaluated {
  readonly rule: AlertRule;
  readonly value: number | null;
  readonly standing: AlertStanding;
}

/**
 * Looks at every enabled rule once a minute, on one replica. Lakebase scales to zero: while no enabled rule is known, only a database
 * that is awake for other work is asked whether there are any by now.
 */
@Injectable()
export class AlertWatch {
  private readonly logger = new Logger('Alerts');
  /** Until it is known that there are none. */
  private hasRules = true;
  private running = false;
  /** By the metrics' clock: when was looked last. */
  private lookedAt = 0;
  private complaint: string | undefined;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly clock: MetricsClock,
    private readonly values: AlertValues,
    private readonly messenger: AlertMessenger,
    private readonly collection: CollectionState,
    private readonly storage: StorageAlerts,
    private readonly http: HttpConfig,
  ) {}

  /** Somebody has made or changed a rule here. */
  expectRules(): void {
    this.hasRules = true;
  }

  /** Does what is due; never rejects. */
  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    // Of this process, and so most worth knowing while the database is away.
    this.storage.lookHere();
    if (this.running || this.lifecycle.phase !== 'ready' || !this.background.isOpen) return;
    const isAwake = this.isAwake();
    if (!this.hasRules && !isAwake) return;
    this.running = true;
    try {
      this.lookedAt = this.clock.now();
      if (isAwake) await this.storage.look();
      // Also what a replica has left behind that is gone.
      this.messenger.wake();
      await this.evaluate();
      this.complaint = undefined;
    } catch (error) {
      this.complain(error);
    } finally {
      this.running = false;
    }
  }

  /** Every enabled rule, unless another replica is at it. Answers how many were looked at. */
  async evaluate(): Promise<number> {
    const rules = await this.enabledRules();
    this.hasRules = rules.length > 0;
    if (rules.length === 0) return 0;
    const now = this.clock.now();
    const due = rules.filter((rule) => isDue(rule, now));
    if (due.length === 0) return 0;
    const evaluated: Evaluated[] = [];
    const failures: unknown[] = [];
    for (const rule of due) {
      try {
        const value = await this.values.of(rule, now);
        evaluated.push({ rule, value, standing: nextStanding(rule, lastStanding(rule, now), value, now) });
      } catch (error) {
        // Without a database none can be worked out; else one must not keep the others from it.
        if (error instanceof DatabaseUnavailable) throw error;
        failures.push(error);
      }
    }
    const changes = await this.background.transaction((run) => this.store(run, evaluated, now));
    for (const { rule, value, standing } of changes) this.tell(rule, value, standing);
    if (changes.length > 0) this.messenger.wake();
    if (failures.length > 0) throw failures[0];
    return evaluated.length;
  }

  /** Whether the database has lately done something else for this process, and so is not woken by looking. */
  private isAwake(): boolean {
    const { lastFlushAt } = this.collection.snapshot();
    return this.database.poolUse.total > 0 || (lastFlushAt !== undefined && lastFlushAt.getTime() > this.lookedAt);
  }

  private enabledRules(): Promise<AlertRule[]> {
    return this.database.asSystem(
      (tx) => tx.find(AlertRule, { where: { enabled: true, condition: Not('freshness') }, order: { name: 'ASC' } }),
      {
        repeat: 'read',
      },
    );
  }

  /**
   * How the rules stand now, and what is to be told about it, in one. Another replica that has looked within the minute keeps what it
   * found, and an edit in between keeps what it says: then there is nothing to tell here.
   */
  private async store(run: RunStatement, evaluated: readonly Evaluated[], now: number): Promise<Evaluated[]> {
    const [lock] = await run<{ ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS ours', [LOCK]);
    if (lock?.ours !== true) return [];
    const changes: Evaluated[] = [];
    for (const entry of evaluated) {
      const { rule, value, standing } = entry;
      const stored = await run(
        `UPDATE alert_rules SET state = $3, state_since = $4, last_value = $5, last_evaluated_at = $6
         WHERE id = $1 AND revision = $2 AND last_evaluated_at IS NOT DISTINCT FROM $7::timestamptz RETURNING id`,
        [rule.id, rule.revision, standing.state, new Date(standing.since), value, new Date(now), rule.lastEvaluatedAt],
      );
      if (stored.length === 0 || standing.state === rule.state) continue;
      changes.push(entry);
      const event = eventOf(rule, standing);
      if (event !== undefined && rule.webhookSealed !== null) {
        const payload = this.payloadOf(rule, event, value, new Date(standing.since));
        await noteDelivery(run, { ruleId: rule.id, event, payload });
      }
    }
    await forgetOldDeliveries(run);
    return changes;
  }

  /** What is posted to the webhook. */
  payloadOf(rule: AlertRule, event: AlertEvent, value: number | null, at: Date): Record<string, unknown> {
    return alertPayload(rule, event, value, at, this.http.publicUrl);
  }

  private tell(rule: AlertRule, value: number | null, { state }: AlertStanding): void {
    const line = {
      msg: `Alert “${rule.name}” is ${state}, and was ${rule.state}`,
      alert: rule.id,
      value,
      threshold: rule.threshold,
    };
    if (state === 'firing') this.logger.warn(line);
    else this.logger.log(line);
  }

  /** Once, and again only when there is something new to say: the next try is soon. */
  private complain(error: unknown): void {
    const reason = failureReason(error);
    if (reason !== this.complaint) this.logger.warn({ err: error, msg: `Alerts were not evaluated: ${reason}` });
    this.complaint = reason;
  }
}

/** Also when it was looked at in the future: then a clock was set. */
function isDue({ lastEvaluatedAt }: AlertRule, now: number): boolean {
  return lastEvaluatedAt === null || Math.abs(now - lastEvaluatedAt.getTime()) >= DUE_AFTER_MS;
}

function eventOf({ state }: AlertRule, standing: AlertStanding): AlertEvent | undefined {
  if (standing.state === 'firing') return 'firing';
  return state === 'firing' ? 'resolved' : undefined;
}
