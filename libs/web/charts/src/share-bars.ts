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
    <ul [attr.aria-label]="label()">
      @for (row of rows(); track row.key) {
        <li [class.chosen]="row.key === chosen()">
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
          <span class="ls-number">{{ row.number }}</span>
          <span class="ls-number ls-muted">{{ row.share }}</span>
          <span class="track" aria-hidden="true"><span class="bar" [style.width.%]="row.width"></span></span>
        </li>
      }
    </ul>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto 56px;
      align-items: baseline;
      column-gap: var(--ls-space-3);
      padding: 3px 0 5px;
    }
    button,
    .label {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .track {
      grid-column: 1 / -1;
      height: 5px;
      border-radius: 3px;
      background: var(--ls-hover);
    }
    .bar {
      display: block;
      min-width: 2px;
      height: 100%;
      border-radius: 3px;
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
