import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type MetricsOverviewDto } from '@lakescope/web-api';
import { Chip, type ChipTone, formatCount, TimeAgo } from '@lakescope/web-ui';

const STATES: Readonly<Record<MetricsOverviewDto['state'], { label: string; tone: ChipTone }>> = {
  ok: { label: $localize`Collects`, tone: 'ok' },
  degraded: { label: $localize`Waits for the database`, tone: 'warn' },
  off: { label: $localize`Off: no database is configured`, tone: 'neutral' },
};

/** How the metrics collection of the replica that answers is doing. */
@Component({
  selector: 'ls-collection-facts',
  imports: [Chip, RouterLink, TimeAgo],
  template: `
    <section aria-labelledby="admin-metrics">
      <h3 id="admin-metrics" i18n>Metrics of this replica</h3>
      <dl class="ls-panel ls-facts">
        <div>
          <dt i18n>State</dt>
          <dd>
            <ls-chip [tone]="state().tone">{{ state().label }}</ls-chip>
            <a data-track-id="admin-usage-metrics" routerLink="/usage-metrics" i18n>Metrics</a>
          </dd>
        </div>
        <div>
          <dt i18n>Requests</dt>
          <dd>
            <span class="ls-number" i18n>{{ observed() }} since the start</span>
            <span class="ls-muted ls-number" i18n
              >{{ waiting() }} waiting, {{ folded() }} folded, {{ lost() }} lost</span
            >
          </dd>
        </div>
        <div>
          <dt i18n>Last stored</dt>
          <dd>
            @if (collection().last_flush_at; as at) {
              <ls-time [at]="at" />
            } @else {
              <span class="ls-muted" i18n>nothing yet</span>
            }
          </dd>
        </div>
        <div>
          <dt i18n>Rolled up</dt>
          <dd>
            @if (collection().last_roll_up_at; as at) {
              <ls-time [at]="at" />
            } @else {
              <span class="ls-muted" i18n>not yet by this replica</span>
            }
          </dd>
        </div>
      </dl>
    </section>
  `,
})
export class CollectionFacts {
  readonly collection = input.required<MetricsOverviewDto>();

  protected readonly state = computed(() => STATES[this.collection().state]);
  protected readonly observed = computed(() => formatCount(this.collection().observed));
  protected readonly waiting = computed(() => formatCount(this.collection().in_ring));
  protected readonly folded = computed(() => formatCount(this.collection().overflow));
  protected readonly lost = computed(() =>
    formatCount(Object.values(this.collection().dropped_by_reason).reduce((sum, count) => sum + count, 0)),
  );
}
