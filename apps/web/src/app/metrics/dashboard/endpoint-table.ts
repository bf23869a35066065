import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type EndpointMetricsDto, type PerformanceTotalsDto } from '@lakescope/web-api';
import { EmptyState, formatCount, formatMilliseconds, formatShare, Icon } from '@lakescope/web-ui';
import { type EndpointOrder, nextOrder, numberOf, type SortKey, sortEndpoints } from './endpoint-order';

/** More of them at once would be hundreds of rows that nobody reads and everybody waits for. */
const ROWS_A_PAGE = 100;
/** As the API calls what was asked for under a path or with a method that no route has. */
const UNMATCHED = '(unmatched)';

type NumberKey = Exclude<SortKey, 'endpoint' | 'method'>;

interface Column {
  readonly key: NumberKey;
  readonly label: string;
  readonly format: (value: number) => string;
  readonly hasBar: boolean;
}

const COLUMNS: readonly Column[] = [
  { key: 'requests', label: $localize`Requests`, format: formatCount, hasBar: true },
  { key: 'errors', label: $localize`Errors`, format: formatCount, hasBar: false },
  { key: 'error_rate', label: $localize`Error rate`, format: formatShare, hasBar: true },
  { key: 'avg', label: $localize`Average`, format: formatMilliseconds, hasBar: true },
  { key: 'p50', label: 'p50', format: formatMilliseconds, hasBar: false },
  { key: 'p95', label: 'p95', format: formatMilliseconds, hasBar: true },
  { key: 'p99', label: 'p99', format: formatMilliseconds, hasBar: false },
];

/** Every endpoint with its numbers, a bar below those that are compared, and what they come to together. */
@Component({
  selector: 'ls-endpoint-table',
  imports: [EmptyState, Icon, MatButton],
  templateUrl: './endpoint-table.html',
  styleUrl: './endpoint-table.css',
})
export class EndpointTable {
  readonly endpoints = input.required<readonly EndpointMetricsDto[]>();
  readonly totals = input.required<PerformanceTotalsDto>();
  readonly order = input.required<EndpointOrder>();
  /** Part of the name. */
  readonly search = input('');
  readonly page = input(0);
  readonly sorted = output<EndpointOrder>();
  readonly turned = output<number>();
  readonly searched = output<string>();
  /** One to look at alone. */
  readonly narrowed = output<{ endpoint: string; method: string }>();
  /** One whose single requests are wanted. */
  readonly opened = output<{ endpoint: string; method: string }>();

  protected readonly columns = COLUMNS;
  private readonly found = computed(() => {
    const wanted = this.search().trim().toLowerCase();
    return this.endpoints().filter(({ endpoint, method }) => `${method} ${endpoint}`.toLowerCase().includes(wanted));
  });
  private readonly ordered = computed(() => sortEndpoints(this.found(), this.order()));
  protected readonly pages = computed(() => Math.max(1, Math.ceil(this.found().length / ROWS_A_PAGE)));
  private readonly present = computed(() => Math.min(this.page(), this.pages() - 1));
  protected readonly position = computed(() => {
    const [count, first] = [this.found().length, this.present() * ROWS_A_PAGE];
    return {
      page: this.present(),
      text: $localize`${formatCount(first + 1)}:first:–${formatCount(Math.min(count, first + ROWS_A_PAGE))}:last: of ${formatCount(count)}:count:`,
    };
  });
  protected readonly count = computed(() => {
    const [found, all] = [this.found().length, this.endpoints().length];
    if (found !== all) return $localize`${formatCount(found)}:found: of ${formatCount(all)}:all:`;
    return all === 1 ? $localize`1 endpoint` : $localize`${formatCount(all)}:all: endpoints`;
  });
  /** Bars are measured against the largest of all, so that a search or a page does not change their length. */
  private readonly largest = computed(
    () =>
      new Map(
        COLUMNS.map(({ key }) => [
          key,
          this.endpoints().reduce((most, endpoint) => Math.max(most, numberOf(endpoint, key) ?? 0), 0),
        ]),
      ),
  );
  protected readonly rows = computed(() => {
    const first = this.present() * ROWS_A_PAGE;
    return this.ordered()
      .slice(first, first + ROWS_A_PAGE)
      .map((endpoint) => ({
        name: endpoint.endpoint,
        method: endpoint.method,
        key: `${endpoint.method} ${endpoint.endpoint}`,
        openLabel: $localize`Single requests of ${endpoint.method}:method: ${endpoint.endpoint}:endpoint:`,
        // Where it may be broken into two lines.
        parts: endpoint.endpoint.split(/(?<=.)(?=\/)/),
        meaning: endpoint.endpoint === UNMATCHED ? $localize`no route of the API` : undefined,
        cells: COLUMNS.map(({ key, format, hasBar }) => this.cellOf(numberOf(endpoint, key), key, format, hasBar)),
      }));
  });
  protected readonly totalCells = computed(() => {
    const totals = this.totals();
    const all: Readonly<Record<NumberKey, number | null>> = {
      requests: totals.total_requests,
      errors: totals.error_count,
      error_rate: totals.error_rate,
      avg: totals.avg_response_time_ms,
      p50: totals.p50_response_time_ms,
      p95: totals.p95_response_time_ms,
      p99: totals.p99_response_time_ms,
    };
    return COLUMNS.map(({ key, format }) => textOf(all[key], format));
  });

  protected direction(key: SortKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    if (present !== key) return null;
    return isDescending ? 'descending' : 'ascending';
  }

  protected sort(key: SortKey): void {
    this.sorted.emit(nextOrder(this.order(), key));
  }

  protected find(event: Event): void {
    this.searched.emit((event.target as HTMLInputElement).value);
  }

  private cellOf(value: number | null, key: NumberKey, format: Column['format'], hasBar: boolean) {
    const largest = this.largest().get(key) ?? 0;
    return {
      key,
      text: textOf(value, format),
      bar: hasBar && largest > 0 ? (100 * (value ?? 0)) / largest : undefined,
      isBad: key === 'error_rate' && (value ?? 0) > 0,
    };
  }
}

function textOf(value: number | null, format: Column['format']): string {
  return value === null ? '–' : format(value);
}
