import { Component, computed, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { TabBar } from '@lakescope/web-ui';
import { AdminRefusal } from '../admin/admin-refusal';
import { AdminVerdict } from '../admin/admin-verdict';
import { currentUrl } from '../shell/current-url';
import { metricsTabOf, metricsTabs } from './metrics-tabs';

/** The frame of the metrics: for admins, as the server decides. */
@Component({
  selector: 'ls-metrics-page',
  imports: [AdminRefusal, RouterOutlet, TabBar],
  providers: [AdminVerdict],
  template: `
    <div class="ls-page">
      <h1 i18n>Metrics</h1>
      @if (verdict.isAdmitted()) {
        <ls-tabs [tabs]="tabs" [selected]="selectedTab()" label="Parts of the metrics" i18n-label />
        <router-outlet />
      } @else {
        <ls-admin-refusal />
      }
    </div>
  `,
  styles: `
    /* It marks the place of the tab and takes none itself. */
    router-outlet {
      display: none;
    }
  `,
})
export class MetricsPage {
  protected readonly verdict = inject(AdminVerdict);

  protected readonly tabs = metricsTabs;
  private readonly url = currentUrl();
  protected readonly selectedTab = computed(() => metricsTabOf(this.url()));
}
