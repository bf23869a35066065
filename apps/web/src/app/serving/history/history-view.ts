import { Component, computed, ElementRef, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { Api, apiPages, eraseInferenceLogs, type InferenceLogDto, listInferenceLogs } from '@lakescope/web-api';
import {
  Chip,
  EmptyState,
  formatCount,
  formatMilliseconds,
  Icon,
  localInput,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { Toasts } from '../../shell/toasts';
import { statusOf } from '../ask/answer-view';
import { HISTORY_STATUSES, historyFilter, instantOfField } from './history-filter';
import { HistoryDiff } from './history-diff';
import { InvocationDetail } from './invocation-detail';

const A_PAGE = 25;

/** What one asked an endpoint before, and what it answered: to be read, compared, asked again, and erased. */
@Component({
  selector: 'ls-serving-history',
  imports: [
    Chip,
    EmptyState,
    HistoryDiff,
    Icon,
    InvocationDetail,
    MatButton,
    ProblemBanner,
    RouterLink,
    Skeleton,
    TimeAgo,
  ],
  templateUrl: './history-view.html',
  styleUrl: './history-view.css',
})
export class ServingHistory {
  readonly endpoint = input.required<string>();
  /** Query parameters: the state of the view is its URL. */
  readonly status = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  /** The invocation that is shown. */
  readonly request = input<string>();
  /** Two invocations that are compared. */
  readonly diff = input<string>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);

  protected readonly filter = computed(() =>
    historyFilter({ status: this.status(), from: this.from(), to: this.to() }),
  );
  protected readonly statuses = HISTORY_STATUSES.map((status) => ({ status, label: statusOf(status).text }));
  protected readonly fromField = computed(() => localInput(this.filter().from));
  protected readonly toField = computed(() => localInput(this.filter().to));
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly logs = apiPages(listInferenceLogs, (cursor) => ({
    query: {
      endpoint: this.endpoint(),
      limit: A_PAGE,
      ...this.filter(),
      ...(cursor === undefined ? {} : { cursor }),
    },
  }));
  protected readonly compared = computed(() => (this.diff() ?? '').split(',').filter((id) => id !== ''));
  protected readonly rows = computed(() =>
    this.logs.items().map((log) => ({
      log,
      state: statusOf(log.status),
      took: log.execution_time_ms === null ? '' : formatMilliseconds(log.execution_time_ms),
      tokens: log.tokens?.total_tokens === undefined ? '' : formatCount(log.tokens.total_tokens),
      asked: log.inputs_beginning ?? '',
      isCompared: this.compared().includes(log.request_id),
      isShown: log.request_id === this.request(),
      compareLabel: $localize`Compare the invocation of ${log.created_at}:time:`,
    })),
  );

  protected change(name: 'status' | 'from' | 'to', event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.go({ [name]: name === 'status' ? value || null : instantOfField(value) });
  }

  protected clear(): void {
    this.go({ status: null, from: null, to: null });
  }

  protected show(log: InferenceLogDto): void {
    this.go({ request: log.request_id === this.request() ? null : log.request_id });
  }

  /** Back to where it was opened. */
  protected close(): void {
    this.host.nativeElement.querySelector<HTMLElement>('tr.shown .when button')?.focus();
    this.go({ request: null });
  }

  /** Of more than two the two that were chosen last. */
  protected toggle(log: InferenceLogDto): void {
    const others = this.compared().filter((id) => id !== log.request_id);
    const chosen = others.length < this.compared().length ? others : [...others, log.request_id].slice(-2);
    this.go({ diff: chosen.length === 0 ? null : chosen.join(',') });
  }

  protected stopComparing(): void {
    this.go({ diff: null });
  }

  /** What was run again is the newest of the list. */
  protected reload(): void {
    this.logs.reload();
  }

  protected async erase(): Promise<void> {
    const isWanted = await this.dialogs.confirm({
      title: $localize`Erase your whole history of invocations?`,
      consequences: [
        $localize`Everything you asked and every answer is erased, of all endpoints. Nobody else's is touched.`,
        $localize`It is written down in the audit log under your name.`,
      ],
      action: $localize`Erase the history`,
      isDestructive: true,
    });
    if (!isWanted) return;
    try {
      const { erased } = await this.api.invoke(eraseInferenceLogs, {});
      this.toasts.show($localize`${formatCount(erased)}:count: invocations are erased`);
    } catch {
      this.toasts.show($localize`The history could not be erased. Try again.`);
    }
    this.go({ request: null, diff: null });
    this.logs.reload();
  }

  private go(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams, queryParamsHandling: 'merge' });
  }
}
