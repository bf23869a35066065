import { Component, computed, input, signal } from '@angular/core';
import { rowWindow } from '@lakescope/web-ui';

/** Everything a chart shows, as text. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly head: string; readonly exact?: string; readonly cells: readonly string[] }[];
}

const ROW_PX = 24;

/** The table behind a chart. Only the rows in sight are drawn: a month of hours is 720 of them. */
@Component({
  selector: 'ls-numbers-table',
  template: `
    <div
      #box
      class="box"
      tabindex="0"
      role="region"
      [attr.aria-label]="label()"
      [style.height.px]="height()"
      (scroll)="scrollTop.set(box.scrollTop)"
    >
      <table [attr.aria-rowcount]="table().rows.length + 1">
        <thead>
          <tr aria-rowindex="1">
            @for (column of table().columns; track $index; let first = $first) {
              <th scope="col" [class.ls-number]="!first">{{ column }}</th>
            }
          </tr>
        </thead>
        <tbody>
          @if (window().before > 0) {
            <tr aria-hidden="true">
              <td class="room" [attr.colspan]="table().columns.length" [style.height.px]="window().before"></td>
            </tr>
          }
          @for (row of rows(); track row.index) {
            <tr [attr.aria-rowindex]="row.index + 2">
              <th scope="row" [title]="row.exact ?? row.head">{{ row.head }}</th>
              @for (cell of row.cells; track $index) {
                <td class="ls-number">{{ cell }}</td>
              }
            </tr>
          }
          @if (window().after > 0) {
            <tr aria-hidden="true">
              <td class="room" [attr.colspan]="table().columns.length" [style.height.px]="window().after"></td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    .box {
      overflow: auto;
    }
    table {
      width: 100%;
    }
    th,
    td {
      height: 24px;
      padding: 0 var(--ls-space-3);
      border-bottom: 1px solid var(--ls-line);
      font: var(--ls-text-small);
      font-variant-numeric: tabular-nums;
      text-align: left;
      white-space: nowrap;
    }
    thead th {
      position: sticky;
      top: 0;
      background: var(--ls-sunken);
      font-weight: 600;
    }
    .room {
      padding: 0;
      border: 0;
    }
    .ls-number {
      text-align: right;
    }
  `,
})
export class NumbersTable {
  readonly table = input.required<ChartTable>();
  readonly label = input.required<string>();
  /** Pixels. */
  readonly height = input.required<number>();

  protected readonly scrollTop = signal(0);
  protected readonly window = computed(() =>
    rowWindow(this.scrollTop(), this.height(), ROW_PX, this.table().rows.length),
  );
  protected readonly rows = computed(() => {
    const { first, end } = this.window();
    return this.table()
      .rows.slice(first, end)
      .map((row, offset) => ({ ...row, index: first + offset }));
  });
}
