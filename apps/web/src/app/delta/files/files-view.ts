import { Component, computed, inject, input } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router } from '@angular/router';
import { apiResource, getTableSchema, listTableFiles } from '@lakescope/web-api';
import { EmptyState, formatCount, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { askedFilters } from '../asked-filters';
import { FilterBar } from '../filter-bar';
import { readRequest } from '../read-request';
import { tableRequest } from '../table-request';
import { type TableSource } from '../table-source';
import { DeltaFilePanel } from './file-panel';
import { filePages } from './file-pages';
import { DeltaFileSummary } from './file-summary';
import { DeltaFileTable } from './file-table';
import { filesParams, filesState, type FilesState } from './files-state';

/** The data files of a version: added up, and one by one in any order, narrowed by partition and by statistics. */
@Component({
  selector: 'ls-delta-files',
  imports: [
    DeltaFilePanel,
    DeltaFileSummary,
    DeltaFileTable,
    EmptyState,
    FilterBar,
    MatButton,
    ProblemBanner,
    Skeleton,
  ],
  templateUrl: './files-view.html',
  styleUrl: './files-view.css',
})
export class DeltaFilesView {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();

  private readonly request = readRequest();
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  protected readonly state = computed(() => filesState(this.query()), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  private readonly schema = apiResource(getTableSchema, () => this.request(this.source(), this.version()));
  protected readonly columns = computed(() => this.schema.latest()?.columns ?? []);
  private readonly summing = apiResource(listTableFiles, () => ({
    body: { ...tableRequest(this.source(), this.version()).body, limit: 1, include_summary: true },
  }));
  protected readonly summary = computed(() => this.summing.latest()?.summary ?? undefined);
  /** Without the file that is open, which changes nothing about the list. */
  private readonly listed = computed(() => ({ ...this.state(), row: undefined }), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  protected readonly files = filePages(() => {
    const { sort, isDescending, partition, filters } = this.listed();
    // Values are sent by the types of their columns.
    if (filters.length > 0 && this.columns().length === 0 && this.schema.problem() === undefined) return undefined;
    return {
      ...tableRequest(this.source(), this.version()).body,
      sort,
      descending: isDescending,
      partition: { ...partition },
      ...askedFilters(filters, this.columns()),
    };
  });
  protected readonly order = computed(() => {
    const { sort, isDescending } = this.listed();
    return { sort, isDescending };
  });
  protected readonly count = computed(() => {
    const total = this.files.total();
    return total === undefined ? '' : formatCount(total);
  });
  protected readonly isNarrowed = computed(() => {
    const { partition, filters } = this.state();
    return filters.length > 0 || Object.keys(partition).length > 0;
  });
  protected readonly open = computed(() => {
    const { row } = this.state();
    return row === undefined ? undefined : this.files.at(row);
  });

  protected go(change: Partial<FilesState>): void {
    const isOtherList = Object.keys(change).some((name) => name !== 'row');
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: {
        ...filesParams({ ...this.state(), ...(isOtherList ? { row: undefined } : {}), ...change }),
        offset: null,
      },
      queryParamsHandling: 'merge',
    });
  }

  /** In the list by size the files of a size begin where the smaller ones end. */
  protected showFrom(before: number): void {
    this.go({ sort: 'size', isDescending: false, partition: {}, filters: [], row: before });
  }

  protected clear(): void {
    this.go({ partition: {}, filters: [] });
  }
}
