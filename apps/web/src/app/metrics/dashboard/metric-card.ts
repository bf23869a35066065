import { Component, input } from '@angular/core';
import { type ChartSeries, Icon, Sparkline } from '@lakescope/web-ui';
import { type Change } from './change';

/** One number, what it was before, and its course. */
@Component({
  selector: 'ls-metric-card',
  imports: [Icon, Sparkline],
  template: `
    <div class="head">
      <h3 class="ls-muted">{{ label() }}</h3>
      <ng-content />
    </div>
    @if (isLoading()) {
      <p class="value waiting" aria-busy="true"><span class="ls-visually-hidden" i18n>Loading</span></p>
    } @else {
      <p class="value" [title]="exact() ?? ''">{{ value() }}</p>
    }
    <p class="change ls-small" [class]="change()?.tone ?? 'neutral'">
      @if (change(); as change) {
        @if (change.direction !== 'none') {
          <ls-icon name="up" [class.down]="change.direction === 'down'" />
        }
        {{ change.text }}
        <span class="ls-visually-hidden" i18n>against the time before</span>
      } @else {
        {{ note() }}
      }
    </p>
    @if (course().length > 0) {
      <ls-sparkline [values]="course()" [color]="color()" />
    }
  `,
  styles: `
    :host {
      display: grid;
      /* The rows are those of all cards beside it: where one head takes two lines, the values still stand level. */
      grid-row: span 4;
      grid-template-rows: subgrid;
      gap: 2px;
      min-width: 0;
      padding: var(--ls-space-2) var(--ls-space-3) var(--ls-space-2);
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 0 var(--ls-space-2);
      min-height: 26px;
    }
    h3 {
      font: 12px/16px var(--ls-font);
    }
    .value {
      font: 600 20px/28px var(--ls-font);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    .waiting {
      width: 60%;
      height: 20px;
      margin: 4px 0;
      border-radius: 5px;
      background: var(--ls-line);
      opacity: 0.6;
    }
    .change {
      display: flex;
      align-items: center;
      gap: 2px;
      min-height: 16px;
      color: var(--ls-muted);
      font-variant-numeric: tabular-nums;
    }
    .change ls-icon {
      --ls-icon-size: 12px;
    }
    .change.ok {
      color: var(--ls-ok);
    }
    .change.bad {
      color: var(--ls-bad);
    }
    ls-sparkline {
      align-self: end;
    }
    .down {
      rotate: 180deg;
    }
  `,
})
export class MetricCard {
  readonly label = input.required<string>();
  readonly value = input.required<string>();
  /** The number in full, where it is shortened. */
  readonly exact = input<string>();
  readonly change = input<Change>();
  /** Stands where the change would. */
  readonly note = input('');
  readonly course = input<readonly (number | null)[]>([]);
  readonly color = input<ChartSeries['color']>(1);
  readonly isLoading = input(false);
}
