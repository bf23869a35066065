import { DOCUMENT, inject, Service } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { filter } from 'rxjs';
import { EventMint } from './event-mint';
import { EventQueue } from './event-queue';
import { EventSender } from './event-sender';
import { LossCheck } from './loss-check';
import { pageName } from './page-name';
import { observePage } from './page-observers';
import { TrackingLog } from './tracking-log';
import { type NotedEvent, UsageEvents } from './usage-events';

/**
 * Records what somebody does on these pages. It works beside the page: it writes no signal, shows no error, and whatever
 * becomes of its requests, the page goes on as if they were not.
 */
@Service()
export class UsageTracker {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly noted = inject(UsageEvents);
  private readonly queue = inject(EventQueue);
  private readonly mint = inject(EventMint);
  private readonly sender = inject(EventSender);
  private readonly losses = inject(LossCheck);
  private readonly log = inject(TrackingLog);

  private endings: readonly (() => void)[] = [];
  private owner: string | undefined;
  private page: string | undefined;

  start(owner: string): void {
    if (this.owner === owner) return;
    if (this.owner !== undefined) void this.stop();
    this.owner = owner;
    this.mint.clock.offset = this.queue.open(owner).clockOffset;
    this.log.debug(`on; ${this.queue.waiting} events are left from before`);
    this.observe();
    this.viewPage();
    this.noted.listen((event) => this.take(event));
    this.sender.start();
  }

  /** Ends it at once, and forgets what was not sent; done when nothing is on its way to the server any more. */
  async stop(): Promise<void> {
    if (this.owner === undefined) return;
    for (const end of this.endings) end();
    this.endings = [];
    this.owner = undefined;
    this.page = undefined;
    const stopped = this.sender.stop();
    this.queue.forget();
    this.losses.forget();
    await stopped;
  }

  private observe(): void {
    const pages = this.router.events
      .pipe(filter((event) => event instanceof NavigationEnd))
      .subscribe(() => this.viewPage());
    const onVisibility = () => {
      if (this.document.visibilityState === 'hidden') this.sender.sendBeforeLeaving();
    };
    const onPageHide = () => this.sender.sendBeforeLeaving();
    this.document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('pagehide', onPageHide);
    this.endings = [
      observePage(this.document, (type, details) => this.noted.record(type, details)),
      () => pages.unsubscribe(),
      () => this.document.removeEventListener('visibilitychange', onVisibility),
      () => window.removeEventListener('pagehide', onPageHide),
    ];
  }

  /** A page is viewed when it is another one than before; a new state of the same one is no new view. */
  private viewPage(): void {
    const page = pageName(this.router.routerState.snapshot.root);
    if (page === undefined || page === this.page) return;
    this.page = page;
    this.noted.record('page_view');
  }

  private take(event: NotedEvent): void {
    this.log.debug(`${event.type} ${event.elementId ?? event.page ?? ''}`.trim());
    this.sender.add(this.mint.mint(event));
  }
}
