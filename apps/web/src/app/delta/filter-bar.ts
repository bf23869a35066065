import { Component, computed, input, linkedSignal, output, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type TableColumnDto } from '@lakescope/web-api';
import { FilterList } from '../filters/filter-list';
import { type QueryFilter } from '../filters/filter-values';
import { tableColumn } from '../filters/table-column';

/** Conditions on rows: edited here first, asked when they are complete. */
@Component({
  selector: 'ls-filter-bar',
  imports: [FilterList, MatButton],
  template: `
    <form data-track-id="delta-filters" [attr.aria-label]="label()" (submit)="submit($event)">
      <ls-filter-list
        [columns]="known()"
        [filters]="draft()"
        (filtersChange)="draft.set($event)"
        (removed)="askWithout($event)"
      >
        @if (isChanged()) {
          <button data-track-id="delta-apply-filters" matButton="outlined" type="submit" i18n>Apply</button>
        }
        <ng-content />
      </ls-filter-list>
      <button type="submit" hidden></button>
    </form>
  `,
})
export class FilterBar {
  readonly columns = input.required<readonly TableColumnDto[]>();
  /** The conditions that what is shown meets. */
  readonly applied = input.required<readonly QueryFilter[]>();
  readonly label = input.required<string>();
  readonly appliedChange = output<readonly QueryFilter[]>();

  private readonly list = viewChild.required(FilterList);

  protected readonly known = computed(() => this.columns().map(({ name, type }) => tableColumn(name, type)));
  private readonly asked = computed(() => this.applied(), { equal: isSame });
  protected readonly draft = linkedSignal(() => this.asked());
  protected readonly isChanged = computed(() => !isSame(this.draft(), this.asked()));

  protected submit(event: Event): void {
    event.preventDefault();
    if (this.list().check(this.draft())) this.appliedChange.emit(this.draft());
  }

  /** One condition less is asked at once, unless another one is still being typed. */
  protected askWithout(left: readonly QueryFilter[]): void {
    const asked = new Set(this.asked().map((filter) => JSON.stringify(filter)));
    if (left.every((filter) => asked.has(JSON.stringify(filter)))) this.appliedChange.emit(left);
  }
}

function isSame(a: readonly QueryFilter[], b: readonly QueryFilter[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
