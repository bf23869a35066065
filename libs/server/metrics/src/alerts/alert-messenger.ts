import { BackgroundDatabase, SealedText, connectionFault } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import {
  deliveryById,
  nextDueInMs,
  noteAndTake,
  noteArrival,
  noteFailure,
  takeDue,
  type AlertDelivery,
  type DueDelivery,
} from './alert-deliveries';
import { AlertLimits } from './alert-limits';
import { secretPlace, webhookPlace } from './rule-places';
import { WebhookSender } from './webhook-sender';

/**
 * Sends what is written down about alerts, each message until it has arrived or is given up: by any replica, and at least once. One whose
 * arrival could not be noted is sent again, under the id it had.
 */
@Injectable()
export class AlertMessenger implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Alerts');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** There may be something to send that those who send now have not seen. */
  private again = false;
  private stopped = false;
  private complaint: string | undefined;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly sealing: SealedText,
    private readonly sender: WebhookSender,
    private readonly limits: AlertLimits,
  ) {}

  /** There may be something to send. */
  wake(): void {
    if (this.stopped) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = this.sendAll().finally(() => {
      this.running = undefined;
      if (this.again) this.wake();
    });
  }

  /** When nothing is being sent any more. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  /** What is under way has the time that requests have to end; nothing new is begun. */
  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async onApplicationShutdown(): Promise<void> {
    this.onModuleDestroy();
    await this.sender.stop();
    await this.idle();
  }

  /** Writes a message down, sends it now, and answers what became of it; undefined when the rule is gone. */
  async sendNow(message: Pick<AlertDelivery, 'ruleId' | 'event' | 'payload'>): Promise<AlertDelivery | undefined> {
    const due = await this.background.transaction((run) => noteAndTake(run, message, this.limits.leaseSeconds));
    if (due === undefined) return undefined;
    await this.send(due);
    return this.background.transaction((run) => deliveryById(run, due.id), { readOnly: true });
  }

  private async sendAll(): Promise<void> {
    const { atOnce, leaseSeconds, pauseAfterFailureMs } = this.limits;
    try {
      for (let taken = atOnce; taken === atOnce && !this.stopped;) {
        this.again = false;
        const due = await this.background.transaction((run) => takeDue(run, atOnce, leaseSeconds));
        const ends = await Promise.allSettled(due.map((delivery) => this.send(delivery)));
        const failed = ends.find((end) => end.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
        taken = due.length;
      }
      this.complaint = undefined;
      if (this.stopped) return;
      const waitMs = await this.background.transaction(nextDueInMs, { readOnly: true });
      if (waitMs !== undefined) this.wakeIn(waitMs);
    } catch (error) {
      this.again = false;
      this.complain(connectionFault(error) ?? messageOf(error));
      this.wakeIn(pauseAfterFailureMs);
    }
  }

  /** Once, and again only when there is something new to say: the next try is soon. */
  private complain(reason: string): void {
    if (reason !== this.complaint) this.logger.warn(`Messages about alerts wait: ${reason}`);
    this.complaint = reason;
  }

  private wakeIn(waitMs: number): void {
    if (this.stopped) return;
    const { shortestWaitMs, longestWaitMs } = this.limits;
    this.timer = setTimeout(() => this.wake(), Math.min(Math.max(waitMs, shortestWaitMs), longestWaitMs));
    this.timer.unref();
  }

  /** Rejects only when what became of it cannot be noted. */
  private async send(delivery: DueDelivery): Promise<void> {
    const { id, ruleId, webhookSealed, secretSealed } = delivery;
    try {
      if (webhookSealed === null) throw new WebhookGone();
      await this.sender.send({
        deliveryId: id,
        url: this.sealing.open(webhookSealed, webhookPlace(ruleId)),
        secret: secretSealed === null ? undefined : this.sealing.open(secretSealed, secretPlace(ruleId)),
        body: JSON.stringify(delivery.payload),
      });
    } catch (error) {
      this.logger.warn(`A message about an alert did not arrive at attempt ${delivery.attempts}: ${messageOf(error)}`);
      const retry = error instanceof WebhookGone ? undefined : this.retryAfter(delivery);
      await this.background.transaction((run) => noteFailure(run, id, messageOf(error), retry));
      return;
    }
    await this.background.transaction((run) => noteArrival(run, id));
  }

  /** Tests and the last attempt are not tried again. */
  private retryAfter({ event, attempts }: DueDelivery): number | undefined {
    return event === 'test' ? undefined : this.limits.retrySeconds[attempts - 1];
  }
}

class WebhookGone extends Error {
  constructor() {
    super('The rule has no webhook any more');
    this.name = 'WebhookGone';
  }
}

function messageOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : 'unknown';
}
