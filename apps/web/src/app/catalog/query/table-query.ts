import { Location } from '@angular/common';
import { Component, computed, effect, inject, input, untracked, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Api, apiResource, getTable, getWarehouse, type WarehouseDto } from '@lakescope/web-api';
import {
  CopyButton,
  EmptyState,
  formatMilliseconds,
  type GridOrderChange,
  Icon,
  type Segment,
  Segments,
  Skeleton,
} from '@lakescope/web-ui';
import { UsageEvents } from '../../tracking/usage-events';
import { AccessProblem } from '../access/access-problem';
import { fullName } from '../catalog-place';
import { ExportDialog, type ExportedQuery } from './export-dialog';
import { QueryBuilder } from './query-builder';
import { type QueryDefinition, reordered } from './query-definition';
import { QueryDraft, type QueryPanel } from './query-draft';
import { QueryHistory, RUN_ON_ARRIVAL } from './query-history';
import { sentQuery } from './query-request';
import { QueryResult } from './query-result';
import { QueryRun } from './query-run';
import { SaveQueryDialog } from './save-query-dialog';
import { SavedQueries } from './saved-queries';
import { SavedQueryList } from './saved-query-list';
import { tableColumn } from '../../filters/table-column';
import { WarehouseConsent } from '../warehouse/warehouse-consent';

const WAREHOUSE_STATES: Readonly<Record<NonNullable<WarehouseDto['state']>, string>> = {
  STOPPED: $localize`Warehouse is stopped`,
  STARTING: $localize`Warehouse is starting`,
  RUNNING: $localize`Warehouse is running`,
  STOPPING: $localize`Warehouse is stopping`,
  DELETING: $localize`Warehouse is being deleted`,
  DELETED: $localize`Warehouse is deleted`,
};

/**
 * Asks a table: builds the query, runs it on the SQL warehouse, shows and exports what comes of it, and keeps what was
 * asked before. Everything that somebody might want to share stands in the URL.
 */
@Component({
  selector: 'ls-table-query',
  imports: [
    AccessProblem,
    CopyButton,
    EmptyState,
    Icon,
    MatButton,
    QueryBuilder,
    QueryHistory,
    QueryResult,
    SavedQueryList,
    Segments,
    Skeleton,
  ],
  providers: [QueryDraft, QueryRun],
  templateUrl: './table-query.html',
  styleUrl: './table-query.css',
  host: { '(keydown)': 'onKey($event)' },
})
export class TableQuery {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly table = input.required<string>();

  private readonly api = inject(Api);
  private readonly location = inject(Location);
  private readonly consent = inject(WarehouseConsent);
  private readonly saved = inject(SavedQueries);
  private readonly dialog = inject(MatDialog);
  private readonly usage = inject(UsageEvents);
  private readonly builder = viewChild(QueryBuilder);

  protected readonly draft = inject(QueryDraft);
  protected readonly run = inject(QueryRun);
  protected readonly names = computed(() => [this.catalog(), this.schema(), this.table()]);
  protected readonly fullName = computed(() => fullName(this.names()));
  protected readonly detail = apiResource(getTable, () => ({
    path: { full_name: this.fullName() },
    query: this.consent.options(),
  }));
  protected readonly warehouse = apiResource(getWarehouse, () => ({}));
  protected readonly columns = computed(() =>
    this.detail.value()?.columns.map(({ name, data_type }) => tableColumn(name, data_type)),
  );
  /** A query that is under way tells it anew each time. */
  protected readonly warehouseState = computed(
    () => this.run.answer()?.warehouse.state ?? this.warehouse.value()?.state ?? undefined,
  );
  protected readonly warehouseText = computed(() => {
    const state = this.warehouseState();
    return state === undefined ? undefined : WAREHOUSE_STATES[state];
  });
  protected readonly sql = computed(() => this.run.answer()?.sql_statement ?? undefined);
  protected readonly took = computed(() => {
    const answer = this.run.answer();
    if (this.run.isUnderWay() || typeof answer?.execution_time_ms !== 'number') return undefined;
    return formatMilliseconds(answer.execution_time_ms);
  });
  protected readonly canExport = computed(() => this.run.result() !== undefined && !this.run.isUnderWay());
  protected readonly panels = computed<readonly Segment<QueryPanel>[]>(() => {
    const count = this.saved.all().length;
    return [
      { value: 'result', label: $localize`Result` },
      { value: 'history', label: $localize`History` },
      { value: 'saved', label: count === 0 ? $localize`Saved` : $localize`Saved (${count}:count:)` },
    ];
  });

  constructor() {
    // The address names a query: it is taken up again, as after a reload or the Back button.
    effect(() => {
      const id = this.draft.queryId();
      untracked(() => (id === undefined ? this.run.forget() : this.run.resume(id)));
    });
    effect(() => {
      if (!this.columns() || !isToRun(this.location.getState())) return;
      untracked(() => {
        this.location.replaceState(this.location.path(true));
        void this.execute();
      });
    });
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // What is being typed counts as well; a field tells it when it is left.
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
    void this.execute();
  }

  /** Runs what the builder says; where a stopped warehouse would be started by that, the person is asked first. */
  protected async execute(): Promise<void> {
    const columns = this.columns();
    if (!columns || this.run.isUnderWay() || this.builder()?.check(this.draft.definition()) === false) return;
    this.draft.show('result');
    const { definition } = this.draft;
    const asked = { catalog: this.catalog(), schema: this.schema(), table: this.table() };
    const body = { ...asked, ...sentQuery(definition(), columns) };
    let mayStart = this.consent.isAlways() || (await this.mayStartIfStopped());
    if (mayStart === undefined) return;
    let outcome = await this.run.start({ ...body, start_warehouse: mayStart });
    // It has stopped since it was looked at.
    if ('problem' in outcome && outcome.problem.code === 'WAREHOUSE_STOPPED') {
      this.run.forget();
      mayStart = await this.consent.askNow(this.warehouse.value()?.name ?? undefined);
      if (!mayStart) return;
      outcome = await this.run.start({ ...body, start_warehouse: true });
    }
    if ('problem' in outcome) return;
    this.draft.showResult(outcome.queryId);
    this.usage.record('query_executed', { metadata: { filters: definition().filters.length } });
  }

  /** False when there is nothing to start, undefined when there is and the person said no. */
  private async mayStartIfStopped(): Promise<boolean | undefined> {
    try {
      const { state, name } = await this.api.invoke(getWarehouse, {});
      if (state !== 'STOPPED' && state !== 'STOPPING') return false;
      return (await this.consent.askNow(name ?? undefined)) || undefined;
    } catch {
      // The query itself will meet the same problem, and say it.
      return false;
    }
  }

  protected change(change: Partial<QueryDefinition>): void {
    this.draft.change(change);
  }

  /** Another page or order of what is shown is run at once: that is what the press was for. */
  protected changeAndRun(change: Partial<QueryDefinition>): void {
    this.draft.change(change);
    void this.execute();
  }

  protected order(change: GridOrderChange): void {
    this.changeAndRun({ orders: reordered(this.draft.definition().orders, change) });
  }

  protected filterBy(column: string): void {
    this.builder()?.addFilter(column);
  }

  protected show(panel: QueryPanel): void {
    this.draft.show(panel);
  }

  protected save(): void {
    if (this.builder()?.check(this.draft.definition()) === false) return;
    this.dialog.open(SaveQueryDialog, {
      data: {
        kind: 'save',
        query: {
          catalog: this.catalog(),
          schema: this.schema(),
          table: this.table(),
          ...this.savedParts(),
        },
      },
      width: '440px',
      ariaLabelledBy: 'ls-save-query-title',
    });
  }

  protected export(): void {
    const result = this.run.result();
    if (!result) return;
    this.dialog.open<ExportDialog, ExportedQuery>(ExportDialog, {
      data: { queryId: result.query_id, catalog: this.catalog(), schema: this.schema() },
      width: '560px',
      maxWidth: 'calc(100vw - 24px)',
      ariaLabelledBy: 'ls-export-title',
    });
  }

  private savedParts() {
    const { columns, filters, order_by, limit } = sentQuery(this.draft.definition(), this.columns() ?? []);
    return { columns: columns ?? null, filters, order_by, limit };
  }
}

function isToRun(state: unknown): boolean {
  return typeof state === 'object' && state !== null && Object.keys(RUN_ON_ARRIVAL).every((key) => key in state);
}
