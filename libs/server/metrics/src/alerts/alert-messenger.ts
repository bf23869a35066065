import { BackgroundDatabase, SealedText, connectionFault } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import {
  deliveryById,
  nextDue,
  noteArrival,
  noteFailure,
  takeDue,
  type AlertDelivery,
  type DueDelivery,
} from './alert-deliveries';
import { secretPlace, webhookPlace } from './rule-places';
import { WebhookSender } from './webhook-sender';

const AT_ONCE = 10;
/** Looks again at least so often while messages wait. */
const LONGEST_WAIT_MS = 60_000;
const PAUSE_AFTER_FAILURE_MS = 5_000;

/** Sends what is written down about alerts, each message until it has arrived or is given up: at least once, by any replica. */
@Injectable()
export class AlertMessenger implements OnApplicationShutdown {
  private readonly logger = new Logger('Alerts');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly sealing: SealedText,
    private readonly sender: WebhookSender,
    private readonly clock: MetricsClock,
  ) {}

  /** There may be something to send. */
  wake(): void {
    if (this.stopped || this.running !== undefined) return;
    clearTimeout(this.timer);
    this.running = this.sendAll().finally(() => (this.running = undefined));
  }

  /** When nothing is being sent any more. */
  async idle(): Promise<void> {
    await this.running;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.idle();
  }

  /** Sends one message now and answers what became of it. */
  async deliver(id: string): Promise<AlertDelivery | undefined> {
    const [due] = await this.background.transaction((run) => takeDue(run, 1, id));
    if (due !== undefined) await this.send(due);
    return this.background.transaction((run) => deliveryById(run, id), { readOnly: true });
  }

  private async sendAll(): Promise<void> {
    try {
      for (;;) {
        const due = await this.background.transaction((run) => takeDue(run, AT_ONCE));
        await Promise.all(due.map((delivery) => this.send(delivery)));
        if (due.length < AT_ONCE || this.stopped) break;
      }
      const next = await this.background.transaction(nextDue, { readOnly: true });
      if (next !== undefined) this.wakeIn(next.getTime() - this.clock.now());
    } catch (error) {
      this.logger.warn(`Messages about alerts wait: ${connectionFault(error) ?? messageOf(error)}`);
      this.wakeIn(PAUSE_AFTER_FAILURE_MS);
    }
  }

  private wakeIn(waitMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => this.wake(), Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS));
    this.timer.unref();
  }

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
      await this.background.transaction((run) =>
        noteFailure(run, delivery, messageOf(error), error instanceof WebhookGone),
      );
      return;
    }
    await this.background.transaction((run) => noteArrival(run, id));
  }
}

class WebhookGone extends Error {
  constructor() {
    super('The rule has no webhook any more');
    this.name = 'WebhookGone';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
