import { Component, computed, input, output } from '@angular/core';
import { formatCount, formatShare } from '@lakescope/web-ui';

/** A part of a whole. */
export interface Share {
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

/** How a whole divides, largest part first: a bar, a number and a share for each, and a choice of one. */
@Component({
  selector: 'ls-share-bars',
  template: `
    <table [attr.aria-label]="label()">
      <thead class="ls-visually-hidden">
        <tr>
          <th scope="col">{{ partName() }}</th>
          <th scope="col" i18n>Bar</th>
          <th scope="col" i18n>Count</th>
          <th scope="col" i18n>Share</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.key) {
          <tr [class.chosen]="row.key === chosen()">
            <th scope="row">
              @if (isChoosable()) {
                <button
                  type="button"
                  class="ls-link-button"
                  [title]="row.label"
                  [attr.aria-pressed]="row.key === chosen()"
                  (click)="pick.emit(row.key === chosen() ? undefined : row.key)"
                >
                  {{ row.label }}
                </button>
              } @else {
                <span class="label" [title]="row.label">{{ row.label }}</span>
              }
            </th>
            <td class="track" aria-hidden="true"><span class="bar" [style.width.%]="row.width"></span></td>
            <td class="ls-number">{{ row.number }}</td>
            <td class="ls-number ls-muted">{{ row.share }}</td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    table {
      width: 100%;
      table-layout: fixed;
    }
    th,
    td {
      height: 28px;
      padding: 0 var(--ls-space-2) 0 0;
      font-weight: 400;
      text-align: left;
    }
    th {
      width: 42%;
    }
    button,
    .label {
      display: block;
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .ls-number {
      width: 84px;
      text-align: right;
      white-space: nowrap;
    }
    td.ls-number:last-child {
      width: 68px;
      padding-right: 0;
    }
    .bar {
      display: block;
      min-width: 2px;
      height: 12px;
      border-radius: 2px;
      background: var(--ls-series-1);
    }
    .chosen .bar {
      background: var(--ls-series-2);
    }
    .chosen button {
      font-weight: 600;
    }
  `,
})
export class ShareBars {
  readonly label = input.required<string>();
  /** What the parts are, for the head of the column. */
  readonly partName = input.required<string>();
  readonly parts = input.required<readonly Share[]>();
  readonly chosen = input<string>();
  readonly isChoosable = input(true);
  /** The key of the part to look at alone; undefined when it is already the chosen one. */
  readonly pick = output<string | undefined>();

  protected readonly rows = computed(() => {
    const parts = [...this.parts()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
    const total = parts.reduce((sum, { count }) => sum + count, 0);
    const largest = Math.max(1, ...parts.map(({ count }) => count));
    return parts.map((part) => ({
      ...part,
      width: (100 * part.count) / largest,
      number: formatCount(part.count),
      share: total === 0 ? '–' : formatShare(part.count / total),
    }));
  });
}
