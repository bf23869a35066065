import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '@lakescope/web-ui';
import { Preferences } from './preferences';

const NAMES: Readonly<Record<string, string>> = {
  theme: $localize`theme`,
  density: $localize`density`,
  usage_tracking: $localize`usage tracking`,
  inference_history: $localize`history of invocations`,
  warehouse_start: $localize`start of a stopped warehouse`,
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Says that another tab or device has chosen differently, and lets the person decide. */
@Component({
  selector: 'ls-preference-conflict',
  imports: [Icon, MatButton],
  template: `
    <div role="status">
      @if (conflict(); as conflict) {
        <p class="ls-strip">
          <ls-icon name="alert" />
          <span i18n
            >Another tab or device has set your {{ conflict.name }} to “{{ conflict.theirs }}”, so that is shown.</span
          >
          <button
            data-track-id="conflict-use-mine"
            matButton="outlined"
            type="button"
            (click)="preferences.resolve('mine')"
            i18n
          >
            Use “{{ conflict.mine }}”
          </button>
          <button
            data-track-id="conflict-keep-theirs"
            matButton="outlined"
            type="button"
            (click)="preferences.resolve('theirs')"
            i18n
          >
            Keep “{{ conflict.theirs }}”
          </button>
        </p>
      }
    </div>
  `,
})
export class PreferenceConflictBanner {
  protected readonly preferences = inject(Preferences);
  protected readonly conflict = computed(() => {
    const conflict = this.preferences.conflict();
    return (
      conflict && {
        name: NAMES[conflict.key] ?? conflict.key,
        mine: textOf(conflict.mine),
        theirs: textOf(conflict.theirs),
      }
    );
  });
}
