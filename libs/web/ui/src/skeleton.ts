import { Component, computed, input } from '@angular/core';

/** Bars in the shape of what is loading, so that nothing jumps when it arrives. */
@Component({
  selector: 'ls-skeleton',
  template: `
    <span class="ls-visually-hidden" i18n>Loading</span>
    @for (width of widths(); track $index) {
      <div class="row" aria-hidden="true"><span class="bar" [style.width.%]="width"></span></div>
    }
  `,
  host: { 'aria-busy': 'true', role: 'status' },
  styles: `
    :host {
      display: block;
    }
    .row {
      display: flex;
      align-items: center;
      height: var(--ls-row);
    }
    .bar {
      height: 10px;
      border-radius: 5px;
      background: var(--ls-line);
      opacity: 0.7;
    }
    @media (prefers-reduced-motion: no-preference) {
      .bar {
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
    }
    @keyframes breathe {
      to {
        opacity: 0.35;
      }
    }
  `,
})
export class Skeleton {
  readonly rows = input(6);

  // Varied, but the same at every visit: chance would make the page flicker between two loads.
  protected readonly widths = computed(() => Array.from({ length: this.rows() }, (_, i) => 38 + ((i * 37) % 48)));
}
