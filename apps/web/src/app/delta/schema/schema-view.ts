import { Component, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { apiResource, getTableSchema } from '@lakescope/web-api';
import { Chip, EmptyState, formatCount, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { UsageEvents } from '../../tracking/usage-events';
import { readRequest } from '../read-request';
import { type TableSource } from '../table-source';
import { constraintsOf } from './column-facts';
import { visibleRows } from './schema-rows';

/** The columns of a version: types that unfold, nullability, comments, and whatever else the schema says. */
@Component({
  selector: 'ls-schema',
  imports: [Chip, EmptyState, Icon, ProblemBanner, Skeleton],
  templateUrl: './schema-view.html',
  styleUrl: './schema-view.css',
})
export class SchemaView {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();
  /** Of the table: conditions and the mode of column mapping stand there, not in the schema. */
  readonly properties = input<Readonly<Record<string, string>>>({});

  private readonly request = readRequest();
  private readonly usage = inject(UsageEvents);
  protected readonly schema = apiResource(getTableSchema, () => this.request(this.source(), this.version()));
  protected readonly filter = linkedSignal({ source: this.source, computation: () => '' });
  protected readonly open = linkedSignal<TableSource, ReadonlySet<string>>({
    source: this.source,
    computation: () => new Set<string>(),
  });
  protected readonly columns = computed(() => this.schema.latest()?.columns ?? []);
  protected readonly rows = computed(() => visibleRows(this.columns(), this.open(), this.filter()));
  protected readonly hasFolds = computed(() => this.rows().some(({ isFolded }) => isFolded !== undefined));
  protected readonly constraints = computed(() => constraintsOf(this.properties()));
  protected readonly mapping = computed(() => {
    const mode = this.properties()['delta.columnMapping.mode'];
    return mode === 'none' ? undefined : mode;
  });
  protected readonly count = computed(() => formatCount(this.columns().length));

  constructor() {
    effect(() => {
      const columns = this.schema.value()?.columns.length;
      if (columns !== undefined) untracked(() => this.usage.record('schema_detected', { metadata: { columns } }));
    });
  }

  protected onFilter(event: Event): void {
    this.filter.set((event.target as HTMLInputElement).value);
  }

  protected clearFilter(event: Event): void {
    this.filter.set('');
    (event.target as HTMLElement).blur();
  }

  protected toggle(id: string): void {
    this.open.update((open) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }
}
