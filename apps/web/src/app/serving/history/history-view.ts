import { Component, computed, inject, input, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { Api, eraseInferenceLogs, listInferenceLogs, textPages } from '@lakescope/web-api';
import { EmptyState, formatCount, Icon, localInput, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { ColumnPicker } from '../../delta/preview/column-picker';
import { Dialogs } from '../../shell/dialogs';
import { Toasts } from '../../shell/toasts';
import { statusOf } from '../ask/answer-view';
import { columnsText, shownColumns, shownNames } from '../shown-columns';
import { HISTORY_COLUMNS } from './history-columns';
import { HISTORY_STATUSES, historyFilter, instantOfField } from './history-filter';
import { HistoryDiff } from './history-diff';
import { HistoryDownload } from './history-download';
import { historyPageFrom } from './history-page';
import { HistoryTable } from './history-table';
import { InvocationDetail } from './invocation-detail';

const A_PAGE = 50;

/** What one asked an endpoint before, and what it answered: to be read, compared, asked again, and erased. */
@Component({
  selector: 'ls-serving-history',
  imports: [
    ColumnPicker,
    EmptyState,
    HistoryDiff,
    HistoryTable,
    Icon,
    InvocationDetail,
    MatButton,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  providers: [HistoryDownload],
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
  /** Columns, by their keys. */
  readonly cols = input<string>();

  private readonly table = viewChild(HistoryTable);
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
  protected readonly columns = HISTORY_COLUMNS;
  protected readonly shown = computed(() => shownColumns(this.cols(), this.columns));
  protected readonly chosenNames = computed(() => shownNames(this.shown(), this.columns));
  protected readonly download = inject(HistoryDownload);
  private readonly query = computed(() => ({ endpoint: this.endpoint(), ...this.filter() }));
  protected readonly logs = textPages(
    listInferenceLogs,
    (cursor) => ({ query: { ...this.query(), limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) } }),
    historyPageFrom,
  );
  protected readonly compared = computed(() => (this.diff() ?? '').split(',').filter((id) => id !== ''));
  protected readonly rows = this.logs.items;

  protected change(name: 'status' | 'from' | 'to', event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.go({ [name]: name === 'status' ? value || null : instantOfField(value) });
  }

  protected clear(): void {
    this.go({ status: null, from: null, to: null });
  }

  protected choose(names: readonly string[] | undefined): void {
    this.go({ cols: columnsText(names, this.columns) });
  }

  protected save(): void {
    void this.download.save(this.query(), this.shown());
  }

  protected loadMore(): void {
    // What failed once is asked for again by the banner that says so.
    if (!this.logs.problem()) void this.logs.loadMore();
  }

  protected show(id: string): void {
    this.go({ request: id === this.request() ? null : id });
  }

  /** Back to where it was opened. */
  protected close(id: string): void {
    this.table()?.focus(id);
    this.go({ request: null });
  }

  /** Of more than two the two that were chosen last. */
  protected toggle(id: string): void {
    const others = this.compared().filter((other) => other !== id);
    const chosen = others.length < this.compared().length ? others : [...others, id].slice(-2);
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
