import { afterRenderEffect, Component, computed, type ElementRef, inject, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { MatButton } from '@angular/material/button';
import {
  Chip,
  ClippedText,
  EmptyState,
  exactTime,
  formatMilliseconds,
  Icon,
  ProblemBanner,
  Skeleton,
} from '@lakescope/web-ui';
import { MetricsStore } from './metrics-store';
import { type RequestsView } from './metrics-view';

/** Single requests, latest first: what the numbers are made of, with the ids by which logs and audit know them. */
@Component({
  selector: 'ls-request-list',
  imports: [Chip, ClippedText, EmptyState, Icon, MatButton, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './request-list.html',
  styleUrl: './request-list.css',
})
export class RequestList {
  protected readonly store = inject(MetricsStore);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');

  protected readonly filter = computed<RequestsView>(() => this.store.view().requests ?? {});
  protected readonly isFiltered = computed(() => Object.values(this.filter()).some((value) => value !== undefined));
  protected readonly span = computed(() => {
    const { from, to } = this.filter();
    return from && to ? new Intl.DateTimeFormat(undefined, SPAN).formatRange(new Date(from), new Date(to)) : undefined;
  });
  protected readonly rows = computed(() =>
    this.store.requests.items().map((request) => ({
      ...request,
      time: new Intl.DateTimeFormat(undefined, TIME).format(new Date(request.timestamp)),
      exact: exactTime(request.timestamp),
      auditLabel: $localize`Audit log of request ${request.correlation_id ?? ''}:id:`,
      took: formatMilliseconds(request.response_time_ms),
      tone: toneOf(request.status_code),
      userParts: request.user_id?.split(/(?=@)/) ?? [],
    })),
  );

  constructor() {
    // Asked for further up or down the page, it has to come into sight; found in the URL, it stays where it is.
    afterRenderEffect(() => {
      if (this.store.requestsOpened() > 0) this.heading().nativeElement.focus();
    });
  }

  protected narrow(change: RequestsView): void {
    this.store.go({ requests: { ...this.filter(), ...change } });
  }

  protected submit(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string | undefined => String(form.get(name) ?? '').trim() || undefined;
    const minMs = Number(text('min_ms'));
    this.narrow({ status: text('status'), userId: text('user'), minMs: minMs > 0 ? minMs : undefined });
  }

  protected close(): void {
    this.store.go({ requests: undefined });
  }
}

const TIME: Intl.DateTimeFormatOptions = {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
};
const SPAN: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

function toneOf(status: number): 'ok' | 'warn' | 'bad' {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'ok';
}
