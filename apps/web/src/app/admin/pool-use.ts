import { Component, computed, input } from '@angular/core';
import { type PoolUseDto } from '@lakescope/web-api';
import { formatCount } from '@lakescope/web-ui';

/** How much of the connection pool is taken: a bar, and the same in numbers. */
@Component({
  selector: 'ls-pool-use',
  template: `
    <div class="bar" aria-hidden="true">
      <span class="used" [style.width.%]="shares().used"></span
      ><span class="idle" [style.width.%]="shares().idle"></span>
    </div>
    <p class="ls-number">
      <span class="key used" aria-hidden="true"></span><ng-container i18n>{{ numbers().used }} in use</ng-container>
      <span class="key idle" aria-hidden="true"></span><ng-container i18n>{{ numbers().idle }} idle</ng-container>
      <span class="ls-muted" i18n>of at most {{ numbers().max }}</span>
      @if (pool().waiting > 0) {
        <strong i18n>{{ numbers().waiting }} waiting</strong>
      }
    </p>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-1);
      width: 100%;
      padding: 6px 0;
    }
    .bar {
      display: flex;
      height: 8px;
      max-width: 320px;
      border-radius: 4px;
      background: var(--ls-hover);
      overflow: hidden;
    }
    .used {
      background: var(--ls-series-1);
    }
    .idle {
      background: var(--ls-series-3);
    }
    p {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 6px;
      text-align: left;
    }
    .key {
      width: 8px;
      height: 8px;
      border-radius: 2px;
    }
    .key:not(:first-child),
    p > .ls-muted,
    strong {
      margin-left: var(--ls-space-2);
    }
    strong {
      color: var(--ls-warn);
      font-weight: 600;
    }
  `,
})
export class PoolUse {
  readonly pool = input.required<PoolUseDto>();

  private readonly used = computed(() => Math.max(0, this.pool().total - this.pool().idle));
  protected readonly shares = computed(() => {
    const share = (count: number): number => (100 * count) / Math.max(1, this.pool().max);
    return { used: share(this.used()), idle: share(this.pool().idle) };
  });
  protected readonly numbers = computed(() => ({
    used: formatCount(this.used()),
    idle: formatCount(this.pool().idle),
    max: formatCount(this.pool().max),
    waiting: formatCount(this.pool().waiting),
  }));
}
