import { Component, computed } from '@angular/core';
import { apiResource, getLakebaseHealth, getPoolHistory } from '@lakescope/web-api';
import {
  type ChartSeries,
  Chip,
  Countdown,
  EmptyState,
  formatMilliseconds,
  Icon,
  ProblemBanner,
  Skeleton,
  TimeAgo,
  TimeChart,
} from '@lakescope/web-ui';
import { RouterLink } from '@angular/router';
import { CREDENTIAL_KINDS } from '../credential-kinds';
import { PoolUse } from '../pool-use';
import { poolSeries } from './pool-series';

/** How Lakebase is doing, and how the pool of this replica has fared in the last hour. */
@Component({
  selector: 'ls-database-page',
  imports: [Chip, Countdown, EmptyState, Icon, PoolUse, ProblemBanner, RouterLink, Skeleton, TimeAgo, TimeChart],
  templateUrl: './database-page.html',
  styleUrl: './database-page.css',
})
export class DatabasePage {
  protected readonly health = apiResource(getLakebaseHealth, () => ({}));
  protected readonly pool = apiResource(getPoolHistory, () => ({}));

  protected readonly latency = computed(() => {
    const latency = this.health.latest()?.latency_ms ?? null;
    return latency === null ? '–' : formatMilliseconds(latency);
  });
  protected readonly credentialKind = computed(() => {
    const kind = this.health.latest()?.credential_kind ?? null;
    return kind === null ? undefined : CREDENTIAL_KINDS[kind];
  });
  private readonly history = computed(() => {
    const history = this.pool.latest();
    return history && poolSeries(history);
  });
  protected readonly times = computed(() => this.history()?.times ?? []);
  protected readonly limit = computed(() => ({ name: $localize`limit`, value: this.pool.latest()?.max ?? 0 }));
  protected readonly use = computed<readonly ChartSeries[]>(() => {
    const history = this.history();
    if (!history) return [];
    return [
      { name: $localize`In use`, color: 1, values: history.inUse },
      { name: $localize`Idle`, color: 3, values: history.idle },
      { name: $localize`Waiting for one`, color: 2, values: history.waiting },
    ];
  });
  protected readonly events = computed<readonly ChartSeries[]>(() => {
    const history = this.history();
    if (!history) return [];
    return [
      { name: $localize`Connects`, color: 1, values: history.connects },
      { name: $localize`Failed connects`, color: 5, values: history.connectFailures },
      { name: $localize`Refused credentials`, color: 4, values: history.authFailures },
      { name: $localize`Credential refreshes`, color: 3, values: history.credentialRefreshes },
    ];
  });
  protected readonly waits = computed<readonly ChartSeries[]>(() => {
    const history = this.history();
    return history ? [{ name: $localize`Longest wait, ms`, color: 6, values: history.longestWaitMs }] : [];
  });

  protected reload(): void {
    this.health.reload();
    this.pool.reload();
  }
}
