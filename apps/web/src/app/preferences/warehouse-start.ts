import { computed, inject, Service } from '@angular/core';
import { UsageEvents } from '../tracking/usage-events';
import { Preferences } from './preferences';

const PREFERENCE = 'warehouse_start';

/** Whether a stopped SQL warehouse is started without asking, which costs money. */
@Service()
export class WarehouseStart {
  private readonly preferences = inject(Preferences);
  private readonly usage = inject(UsageEvents);

  readonly isAlways = computed(() => this.preferences.value(PREFERENCE) === 'always');

  choose(start: 'ask' | 'always'): void {
    this.preferences.choose(PREFERENCE, start);
    this.usage.record('preference_changed', { elementId: PREFERENCE });
  }
}
