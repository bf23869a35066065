import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { DataGrid, EmptyState, formatCount, formatDuration, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Toasts } from '../../../shell/toasts';
import { AccessProblem } from '../../access/access-problem';
import { failedQuery } from '../../query/query-failure';
import { QueryRun } from '../../query/query-run';
import { WarehouseConsent } from '../../warehouse/warehouse-consent';
import { type CatalogTableDetailDto } from '@lakescope/web-api';

const ROWS = 100;

/** The first rows of a table or view, asked of the SQL warehouse. A stopped one is started only when the person says so. */
@Component({
  selector: 'ls-table-sample',
  imports: [AccessProblem, DataGrid, EmptyState, Icon, MatButton, ProblemBanner, Skeleton],
  providers: [QueryRun],
  templateUrl: './table-sample.html',
  styleUrl: './table-sample.css',
})
export class TableSample {
  readonly table = input.required<CatalogTableDetailDto>();

  private readonly consent = inject(WarehouseConsent);
  protected readonly query = inject(QueryRun);
  protected readonly toasts = inject(Toasts);

  protected readonly names = computed(() => {
    const { catalog_name, schema_name, table_name } = this.table();
    return [catalog_name, schema_name, table_name];
  });
  private readonly fullName = computed(() => this.table().full_name);
  protected readonly isStopped = computed(() => this.query.problem()?.code === 'WAREHOUSE_STOPPED');
  protected readonly result = computed(() => this.query.result());
  protected readonly failure = computed(() => {
    const answer = this.query.answer();
    if (this.query.isUnderWay() || !answer || (answer.status === 'SUCCEEDED' && answer.error === null))
      return undefined;
    return failedQuery(answer.error);
  });
  protected readonly starting = computed(() => {
    const milliseconds = this.query.startingMs();
    return milliseconds === undefined ? undefined : formatDuration(milliseconds / 1000);
  });
  protected readonly count = computed(() => {
    const rows = this.query.rows().length;
    return rows === ROWS ? $localize`The first ${rows}:rows: rows` : $localize`All ${formatCount(rows)}:rows: rows`;
  });

  constructor() {
    effect(() => {
      this.fullName();
      untracked(() => this.run());
    });
  }

  protected run(): void {
    this.ask(this.consent.isGiven());
  }

  /** Its button stands below what starting means, so pressing it is the answer. */
  protected startAndRun(): void {
    this.ask(true);
  }

  private ask(start_warehouse: boolean): void {
    const [catalog = '', schema = '', table = ''] = this.names();
    void this.query.start({ catalog, schema, table, limit: ROWS, start_warehouse });
  }
}
