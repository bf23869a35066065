import { inject, Service } from '@angular/core';
import { Router } from '@angular/router';
import { type RecordUsageEventsData } from '@lakescope/web-api';
import { pageName } from './page-name';

export type UsageEventType = RecordUsageEventsData['body']['events'][number]['event_type'];

/** What there is to say of an event beside its type. Never names of people, tables, files or columns. */
export interface UsageEventDetails {
  readonly elementId?: string;
  readonly success?: boolean;
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** Something somebody did, as it was noted: where, and when by the page's own clock. */
export interface NotedEvent extends UsageEventDetails {
  readonly type: UsageEventType;
  readonly page: string | undefined;
  /** `performance.now()` of that moment. */
  readonly at: number;
}

/** Until the tracker listens, or the person's choice is known, so many are held. */
const MOST_HELD = 500;

/**
 * Where pages say what was done on them. They need not know whether that is recorded: it is held until the tracker
 * listens, and as soon as nothing is to be recorded, forgotten and no longer noted at all.
 */
@Service()
export class UsageEvents {
  private readonly router = inject(Router);
  private held: NotedEvent[] = [];
  private listener: ((event: NotedEvent) => void) | undefined;
  private isOff = false;

  record(type: UsageEventType, details: UsageEventDetails = {}): void {
    if (this.isOff) return;
    const page = pageName(this.router.routerState.snapshot.root);
    const event: NotedEvent = { ...details, type, page, at: performance.now() };
    if (this.listener) this.listener(event);
    else if (this.held.length < MOST_HELD) this.held.push(event);
  }

  /** From now on everything goes to the listener; what was held, first. */
  listen(listener: (event: NotedEvent) => void): void {
    this.isOff = false;
    this.listener = listener;
    const held = this.held;
    this.held = [];
    held.forEach(listener);
  }

  /** Nobody listens yet: events are held again. */
  hold(): void {
    this.isOff = false;
    this.listener = undefined;
  }

  /** Nothing is to be recorded: what was held is forgotten. */
  silence(): void {
    this.isOff = true;
    this.listener = undefined;
    this.held = [];
  }
}
