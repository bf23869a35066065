import { Component, computed, input, linkedSignal } from '@angular/core';
import { Chip, EmptyState, formatCount, Icon, rowWindow } from '@lakescope/web-ui';
import { elementHeight } from '../../element-height';
import { type CatalogTableDetailDto } from '@lakescope/web-api';
import { columnRows } from './column-rows';

const ROW_PX = 36;

/** The columns of a table: types that unfold, nullability, comments. Two thousand of them are as quick as two. */
@Component({
  selector: 'ls-column-list',
  imports: [Chip, EmptyState, Icon],
  templateUrl: './column-list.html',
  styleUrl: './column-list.css',
})
export class ColumnList {
  readonly table = input.required<CatalogTableDetailDto>();

  private readonly name = computed(() => this.table().full_name);
  protected readonly filter = linkedSignal({ source: this.name, computation: () => '' });
  protected readonly open = linkedSignal<string, ReadonlySet<string>>({
    source: this.name,
    computation: () => new Set<string>(),
  });
  protected readonly rows = computed(() => columnRows(this.table().columns, this.open(), this.filter()));
  protected readonly hasFolds = computed(() => this.rows().some(({ isFolded }) => isFolded !== undefined));
  protected readonly count = computed(() => formatCount(this.table().columns.length));

  private readonly height = elementHeight();
  protected readonly scrollTop = linkedSignal({ source: this.filter, computation: () => 0 });
  protected readonly window = computed(() => rowWindow(this.scrollTop(), this.height(), ROW_PX, this.rows().length));
  protected readonly shown = computed(() => {
    const { first, end } = this.window();
    return this.rows()
      .slice(first, end)
      .map((row, index) => ({ ...row, index: first + index }));
  });

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
