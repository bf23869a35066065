import { Component, computed, inject, input } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { ActivatedRoute, Router } from '@angular/router';
import { apiResource, getTableSchema, previewTable } from '@lakescope/web-api';
import { DataGrid, EmptyState, formatCount, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { askedFilters } from '../asked-filters';
import { FilterBar } from '../filter-bar';
import { readRequest } from '../read-request';
import { type TableSource } from '../table-source';
import { ColumnPicker } from './column-picker';
import { type ExportedRows, PreviewExportDialog } from './preview-export-dialog';
import { PAGE_SIZES, previewParams, previewState, type PreviewState } from './preview-state';

/** The rows of a version, page by page. */
@Component({
  selector: 'ls-preview',
  imports: [ColumnPicker, DataGrid, EmptyState, FilterBar, MatButton, ProblemBanner, Skeleton],
  templateUrl: './preview.html',
  styleUrl: './preview.css',
})
export class Preview {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();

  private readonly dialog = inject(MatDialog);
  private readonly request = readRequest();
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  protected readonly toasts = inject(Toasts);
  protected readonly pageSizes = PAGE_SIZES;
  protected readonly state = computed(() => previewState(this.query()), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  private readonly schema = apiResource(getTableSchema, () => this.request(this.source(), this.version()));
  protected readonly allColumns = computed(() => this.schema.latest()?.columns ?? []);
  protected readonly preview = apiResource(previewTable, () => {
    const { offset, limit, filters } = this.state();
    // Values are sent by the types of their columns.
    if (filters.length > 0 && this.allColumns().length === 0 && this.schema.problem() === undefined) return undefined;
    const { body } = this.request(this.source(), this.version());
    return { body: { ...body, offset, limit, ...this.asked() } };
  });
  protected readonly answer = computed(() => this.preview.value() ?? this.preview.latest());
  /** The rows on screen belong to the state of the URL; while another page loads they are those before it. */
  protected readonly range = computed(() => {
    const rows = this.preview.value()?.rows.length;
    if (rows === undefined || rows === 0) return undefined;
    const first = this.state().offset + 1;
    return $localize`Rows ${formatCount(first)}:first: to ${formatCount(first + rows - 1)}:last:`;
  });
  /** What the statistics in the log saved from being read; nobody counts it through the warehouse. */
  protected readonly filesRead = computed(() => {
    const { files_read = null, files_skipped = null } = this.preview.value() ?? {};
    return files_read === null
      ? undefined
      : { read: formatCount(files_read), skipped: files_skipped === null ? '0' : formatCount(files_skipped) };
  });
  protected readonly nextOffset = computed(() => this.preview.value()?.next_offset ?? undefined);

  protected go(change: Partial<PreviewState>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: previewParams({ ...this.state(), ...change }),
      queryParamsHandling: 'merge',
    });
  }

  /** The rows of the version that is on screen, also when a newer one comes meanwhile. */
  protected export(): void {
    const version = this.preview.value()?.version;
    if (version === undefined) return;
    this.dialog.open<PreviewExportDialog, ExportedRows>(PreviewExportDialog, {
      data: { ...this.request(this.source(), version).body, ...this.asked() },
      width: '480px',
      maxWidth: 'calc(100vw - 24px)',
      ariaLabelledBy: 'ls-preview-export-title',
    });
  }

  /** The columns and conditions of the URL, as the API takes them. */
  private asked() {
    const { columns, filters } = this.state();
    return { ...(columns ? { columns: [...columns] } : {}), ...askedFilters(filters, this.allColumns()) };
  }

  protected goBack(): void {
    this.go({ offset: Math.max(0, this.state().offset - this.state().limit) });
  }

  protected chooseSize(event: Event): void {
    this.go({ limit: Number((event.target as HTMLSelectElement).value), offset: 0 });
  }
}
