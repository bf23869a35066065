import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, exportAuditEntries, listAuditEntries } from '@lakescope/web-api';
import { EmptyState, formatCount, Icon, instantOfLocal, localInput, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { auditFilter, type AuditFilter, auditParams } from './audit-filter';
import { AuditTable } from './audit-table';

const PAGE_SIZE = 100;

/** Who did what, with whose rights, and how it ended; newest first. */
@Component({
  selector: 'ls-audit-page',
  imports: [AuditTable, EmptyState, Icon, MatButton, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './audit-page.html',
  styleUrl: './audit-page.css',
})
export class AuditPage {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  protected readonly filter = computed(() => auditFilter((name) => this.query().get(name)), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly fields = computed(() => ({
    ...this.filter(),
    from: localInput(this.filter().from),
    to: localInput(this.filter().to),
  }));
  /** The entry whose details are open. */
  protected readonly opened = computed(() => this.query().get('entry'));
  protected readonly entries = apiPages(listAuditEntries, (cursor) => ({
    query: { ...this.filter(), limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly count = computed(() => {
    const { length } = this.entries.items();
    const count = formatCount(length);
    if (length === 1 && !this.entries.hasMore()) return $localize`1 entry`;
    return this.entries.hasMore() ? $localize`newest ${count}:count: entries` : $localize`${count}:count: entries`;
  });
  protected readonly csv = computed(() => exportAuditEntries({ query: this.filter() }).urlWithParams);

  protected submit(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const read = (name: string): string => String(form.get(name) ?? '');
    this.go(
      auditFilter((name) => (name === 'from' || name === 'to' ? (instantOfLocal(read(name)) ?? null) : read(name))),
    );
  }

  protected go(filter: AuditFilter): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { ...auditParams(filter), entry: null },
      queryParamsHandling: 'merge',
    });
  }

  protected open(entry: string | null): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { entry },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
