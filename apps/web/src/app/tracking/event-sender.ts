import { inject, Service, untracked } from '@angular/core';
import { Connection } from '@lakescope/web-api';
import { EventDelivery, type Verdict } from './event-delivery';
import { EventMint } from './event-mint';
import { EventQueue } from './event-queue';
import { type QueuedEvent } from './kept-events';
import { LossCheck } from './loss-check';
import { TrackingLog } from './tracking-log';

const SEND_AFTER_MS = 10_000;
const SEND_AT_EVENTS = 20;
/** As many of the usual size as fit into one request. */
const MOST_AT_ONCE = 280;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** A crowd that lost the server at once does not come back at once. */
const RETRY_JITTER = 0.3;
/** When the page is left it keeps what is queued anyway; this is for a browser that is killed. */
const KEEP_AFTER_MS = 1_000;
/** A clock that was off by so much may be why the server refused an event. */
const CLOCK_WAS_WRONG_MS = 60_000;

type Taken = Extract<Verdict, { kind: 'taken' }>;

/** Brings the queue to the server, each event once: a request at a time, again with the same ids when it failed. */
@Service()
export class EventSender {
  private readonly connection = inject(Connection);
  private readonly queue = inject(EventQueue);
  private readonly delivery = inject(EventDelivery);
  private readonly mint = inject(EventMint);
  private readonly losses = inject(LossCheck);
  private readonly log = inject(TrackingLog);

  private isOn = false;
  /** Counts the times it was switched on: an answer that belongs to an earlier one concerns nobody any more. */
  private turn = 0;
  private isSending = false;
  /** Ends when no request is under way. */
  private underway: Promise<unknown> = Promise.resolve();
  private isGivenUp = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private most = MOST_AT_ONCE;
  /** A moment of `performance.now()`. */
  private notBefore = 0;
  /** The server asked to be left alone until then, even by a page that is left. */
  private isHeldByServer = false;
  /** How many answers had come when the server did not know who we are: the next one tells that it does again. */
  private answersWhenSignedOut: number | undefined;

  start(): void {
    this.isOn = true;
    this.turn += 1;
    this.schedule();
  }

  /** Is done when no request is under way any more. */
  async stop(): Promise<void> {
    this.isOn = false;
    this.isSending = false;
    clearTimeout(this.timer);
    clearTimeout(this.keeping);
    this.timer = undefined;
    this.keeping = undefined;
    await this.underway;
  }

  add(event: QueuedEvent): void {
    this.queue.add(event);
    this.keeping ??= setTimeout(() => this.keep(), KEEP_AFTER_MS);
    if (this.queue.waiting >= SEND_AT_EVENTS) this.sendNow();
    this.schedule();
  }

  /** The page may end at any moment from here on: what is left is sent at once, even beside a request under way. */
  sendBeforeLeaving(): void {
    this.keep();
    if (!this.mayAsk() || (this.isHeldByServer && performance.now() < this.notBefore)) return;
    const batch = this.queue.take(this.most);
    if (batch.length === 0) return;
    if (canOutliveThePage()) {
      void this.deliver(batch).then(() => this.schedule());
      return;
    }
    this.delivery.sendBeacon(batch);
    this.queue.release(batch);
  }

  private keep(): void {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    this.queue.keep(this.mint.clock.offset);
  }

  private schedule(): void {
    if (!this.isOn || this.timer !== undefined || this.isSending || this.isGivenUp || this.queue.waiting === 0) return;
    const wait = Math.max(this.failures > 0 ? 0 : SEND_AFTER_MS, this.notBefore - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sendNow();
      this.schedule();
    }, wait);
  }

  private sendNow(): void {
    if (this.isSending || performance.now() < this.notBefore) return;
    if (!this.mayAsk()) {
      this.notBefore = performance.now() + SEND_AFTER_MS;
      return;
    }
    const batch = this.queue.take(this.most);
    if (batch.length === 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isSending = true;
    void this.deliver(batch).then((isStillOn) => {
      if (!isStillOn) return;
      this.isSending = false;
      if (this.queue.waiting >= SEND_AT_EVENTS) this.sendNow();
      this.schedule();
    });
  }

  /** Somebody who is not signed in, or whose device is offline, sends nothing. */
  private mayAsk(): boolean {
    if (this.isGivenUp || !navigator.onLine || untracked(this.connection.isSessionExpired)) return false;
    if (this.answersWhenSignedOut === this.connection.answers) return false;
    this.answersWhenSignedOut = undefined;
    return true;
  }

  /** Answers whether this is still wanted after the answer has come. */
  private async deliver(batch: readonly QueuedEvent[]): Promise<boolean> {
    const turn = this.turn;
    const askedAt = performance.now();
    const sending = this.delivery.send(batch);
    this.underway = Promise.all([this.underway, sending]);
    const verdict = await sending;
    if (!this.isOn || this.turn !== turn) return false;
    if (verdict.kind === 'taken') this.acknowledge(verdict, batch, askedAt);
    else this.applyRefusal(verdict, batch);
    this.losses.noteDropped(this.queue.takeDropped());
    this.keep();
    if (verdict.kind === 'taken' && this.queue.isEmpty) void this.losses.checkWhenDue(this.mint.clock.now());
    return true;
  }

  private acknowledge({ stored, refused, serverTime }: Taken, batch: readonly QueuedEvent[], askedAt: number): void {
    this.failures = 0;
    this.notBefore = 0;
    this.isHeldByServer = false;
    this.queue.settle(batch);
    const error = this.mint.clock.learn(serverTime, askedAt, performance.now());
    const reasons = new Map(refused.map(({ index, reason }) => [index, reason]));
    const refusedEvents = batch.filter((_, index) => reasons.has(index));
    this.losses.noteStored(batch.filter((_, index) => !reasons.has(index)).map((event) => Date.parse(event.timestamp)));
    this.log.debug(`sent ${batch.length}: ${stored} stored, ${refused.length} refused`);
    if (Math.abs(error) > CLOCK_WAS_WRONG_MS) {
      // Before the first answer nobody could know that this device's clock is wrong; what was refused is not stored.
      for (const event of refusedEvents) this.queue.add(this.mint.mintAgain(event, error));
      return;
    }
    this.losses.noteRefused(refusedEvents.length);
    for (const [index, reason] of reasons)
      this.log.debug(`${batch[index]?.event_type ?? index} was refused: ${reason}`);
  }

  private applyRefusal(verdict: Exclude<Verdict, Taken>, batch: readonly QueuedEvent[]): void {
    this.log.debug(
      `${batch.length} events were not taken: ${verdict.kind} ${'code' in verdict ? verdict.code : ''}`.trim(),
    );
    const isFinal = verdict.kind === 'refused' || (verdict.kind === 'too-large' && batch.length === 1);
    if (isFinal) {
      this.queue.settle(batch);
      this.losses.noteRefused(batch.length);
      return;
    }
    this.queue.release(batch);
    if (verdict.kind === 'later') this.waitAfterFailure(verdict.afterSeconds);
    if (verdict.kind === 'signed-out') this.answersWhenSignedOut = this.connection.answers;
    if (verdict.kind === 'too-large') this.most = Math.ceil(batch.length / 2);
    if (verdict.kind === 'never') this.isGivenUp = true;
  }

  private waitAfterFailure(afterSeconds: number | undefined): void {
    const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    this.isHeldByServer = afterSeconds !== undefined;
    const wait = Math.max(backoff, (afterSeconds ?? 0) * 1000);
    this.notBefore = performance.now() + wait * (1 + RETRY_JITTER * Math.random());
  }
}

function canOutliveThePage(): boolean {
  return 'Request' in globalThis && 'keepalive' in Request.prototype;
}
