import { computed, inject, Service } from '@angular/core';
import { UsageEvents } from '../tracking/usage-events';
import { Preferences } from './preferences';

const PREFERENCE = 'inference_history';

/** Whether the app keeps what somebody asks serving endpoints, and what they answer. */
@Service()
export class InferenceHistory {
  private readonly preferences = inject(Preferences);
  private readonly usage = inject(UsageEvents);

  readonly isKept = computed(() => this.preferences.value(PREFERENCE) !== 'off');

  choose(choice: 'on' | 'off'): void {
    this.preferences.choose(PREFERENCE, choice);
    this.usage.record('preference_changed', { elementId: PREFERENCE });
  }
}
