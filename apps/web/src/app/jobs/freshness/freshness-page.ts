import { Component, computed, DOCUMENT, effect, inject, input } from '@angular/core';
import { MatAnchor, MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { type TableFreshnessDto, type TargetFreshnessDto } from '@lakescope/web-api';
import { Chip, csvFile, EmptyState, formatCount, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { ColumnPicker } from '../../delta/preview/column-picker';
import { saveFile } from '../../delta/preview/received-file';
import { columnsText, shownColumns, shownNames } from '../../serving/shown-columns';
import { Dialogs } from '../../shell/dialogs';
import { focusMain } from '../../shell/focus-main';
import { Session } from '../../shell/session';
import { Toasts } from '../../shell/toasts';
import { UsageEvents } from '../../tracking/usage-events';
import { tableCount } from '../counted';
import { JobsTabs } from '../jobs-tabs';
import { OwnConnections } from '../own-connections';
import { FRESHNESS_COLUMNS, freshnessLines } from './freshness-columns';
import { type FreshnessKey, listed, nextOrder, orderFrom, orderText } from './freshness-list';
import { FRESHNESS_STATES } from './freshness-states';
import { FreshnessStore } from './freshness-store';
import { FreshnessTable } from './freshness-table';
import { FreshnessTargets } from './freshness-targets';

/** How far ingested tables lie behind their sources, and from how far on that is too far. */
@Component({
  selector: 'ls-freshness-page',
  imports: [
    Chip,
    ColumnPicker,
    EmptyState,
    FreshnessTable,
    FreshnessTargets,
    Icon,
    JobsTabs,
    MatAnchor,
    MatButton,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  providers: [FreshnessStore, OwnConnections],
  templateUrl: './freshness-page.html',
  styleUrl: './freshness-page.css',
})
export class FreshnessPage {
  /** Query parameters: the page's state is its URL. */
  readonly q = input<string>();
  readonly state = input<string>();
  readonly target = input<string>();
  readonly sort = input<string>();
  readonly scope = input<string>();
  /** Columns, by their keys. */
  readonly cols = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly document = inject(DOCUMENT);
  private readonly usage = inject(UsageEvents);
  private readonly session = inject(Session);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  private readonly own = inject(OwnConnections);
  protected readonly store = inject(FreshnessStore);
  protected readonly isAdmin = this.session.isAdmin;
  protected readonly me = computed(() => this.session.user()?.user_id);
  protected readonly states = FRESHNESS_STATES;
  protected readonly columns = FRESHNESS_COLUMNS;
  protected readonly shown = computed(() => shownColumns(this.cols(), this.columns));
  protected readonly chosenNames = computed(() => shownNames(this.shown(), this.columns));
  protected readonly order = computed(() => orderFrom(this.sort()));
  private readonly found = computed(() =>
    listed(
      this.store.tables(),
      { text: this.q() ?? '', state: this.state() ?? '', target: this.target() ?? '' },
      this.order(),
    ),
  );
  protected readonly lines = computed(() =>
    this.found().map((table) => ({
      table,
      hasOwnLimit: this.store.hasOwn(table),
      connection: this.own.has(table.target_connection_id ?? '')
        ? (table.target_connection_id ?? undefined)
        : undefined,
    })),
  );
  /** A source whose tables are not known yet is something as well. */
  protected readonly hasAny = computed(
    () => this.store.tables().length > 0 || (this.store.summary()?.targets.length ?? 0) > 0,
  );
  protected readonly isFiltered = computed(() => Boolean(this.q() || this.state() || this.target()));
  protected readonly count = computed(() => {
    const all = tableCount(this.store.tables().length);
    return this.isFiltered() ? $localize`${formatCount(this.found().length)}:shown: of ${all}:all:` : all;
  });
  protected readonly counts = computed(() => {
    const summary = this.store.summary();
    if (summary === undefined) return [];
    return FRESHNESS_STATES.map(({ value, text, tone }) => ({
      value,
      tone,
      text: `${formatCount(summary[value])} ${text}`,
      isPicked: this.state() === value,
    }));
  });

  constructor() {
    effect(() => this.store.scope.set(this.scope() === 'all' ? 'all' : 'mine'));
  }

  protected filter(name: 'q' | 'state' | 'scope', event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.go({ [name]: value === '' ? null : value });
  }

  protected pickState(value: string): void {
    this.go({ state: this.state() === value ? null : value });
  }

  protected pickTarget(target: string): void {
    this.go({ target: this.target() === target ? null : target });
  }

  protected clear(): void {
    this.go({ q: null, state: null, target: null });
  }

  protected orderBy(key: FreshnessKey): void {
    this.go({ sort: orderText(nextOrder(this.order(), key)) });
  }

  protected choose(names: readonly string[] | undefined): void {
    this.go({ cols: columnsText(names, this.columns) });
  }

  protected limitTable(table: TableFreshnessDto, minutes: number | undefined): void {
    const { user_id, target_uri, table: name } = table;
    void this.store.setThreshold({ user_id, target_uri, table: name }, minutes);
  }

  protected limitTarget({ user_id, target_uri }: TargetFreshnessDto, minutes: number | undefined): void {
    void this.store.setThreshold({ user_id, target_uri }, minutes);
  }

  protected async forget(target: TargetFreshnessDto): Promise<void> {
    const isWanted = await this.dialogs.confirm({
      title: $localize`Forget how fresh “${target.target_uri}:target:” is?`,
      consequences: [
        $localize`Its tables go from this page, with their thresholds. The tables themselves and the runs stay.`,
        $localize`The next run into it begins to tell again.`,
      ],
      action: $localize`Forget it`,
      isDestructive: true,
    });
    if (!isWanted || !(await this.store.forget(target))) return;
    if (this.target() === target.target_uri) this.go({ target: null });
    this.toasts.show($localize`“${target.target_uri}:target:” is forgotten here`);
    // The button that was pressed goes with its row.
    focusMain(this.document);
  }

  /** All that are found, also those that are not drawn. */
  protected save(): void {
    saveFile(this.document, 'freshness.csv', csvFile(freshnessLines(this.found(), this.shown())));
    this.usage.record('export_triggered', { elementId: 'freshness-csv', metadata: { format: 'csv' } });
  }

  private go(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
