import { Component, computed, input } from '@angular/core';
import { type StorageAlertDto } from '@lakescope/web-api';
import { Chip, type ChipTone, FixLine } from '@lakescope/web-ui';

const TITLES: Readonly<Record<string, string>> = {
  raw_rows: $localize`Raw rows`,
  dirty_age: $localize`Waiting to be rolled up`,
  default_partition: $localize`Rows outside of every day`,
  dropped: $localize`Dropped requests`,
  ring: $localize`Requests waiting to be stored`,
};

const STATES: Readonly<Record<StorageAlertDto['state'], { label: string; tone: ChipTone }>> = {
  ok: { label: $localize`OK`, tone: 'ok' },
  warning: { label: $localize`Warning`, tone: 'warn' },
  error: { label: $localize`Error`, tone: 'bad' },
};
const RANKS: readonly StorageAlertDto['state'][] = ['error', 'warning', 'ok'];

/** Whether metrics are stored as they should be, worst first, with what repairs it. */
@Component({
  selector: 'ls-storage-alerts',
  imports: [Chip, FixLine],
  template: `
    <ul class="ls-panel" aria-label="Storage of the metrics" i18n-aria-label>
      @for (alert of alerts(); track alert.id) {
        <li>
          <ls-chip [tone]="alert.view.tone">{{ alert.view.label }}</ls-chip>
          <div>
            <h3>{{ alert.title }}</h3>
            <p class="ls-muted">{{ alert.detail }}</p>
            @if (alert.fix; as fix) {
              <ls-fix [text]="fix" [of]="alert.title" />
            }
          </div>
        </li>
      }
    </ul>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: 76px minmax(0, 1fr);
      align-items: start;
      gap: var(--ls-space-3);
      padding: var(--ls-space-2) var(--ls-space-4);
      border-bottom: 1px solid var(--ls-line);
    }
    li:last-child {
      border-bottom: 0;
    }
    ls-chip {
      justify-self: start;
    }
    h3 {
      font: 600 14px/20px var(--ls-font);
    }
    ls-fix {
      margin-top: var(--ls-space-1);
    }
  `,
})
export class StorageAlerts {
  readonly items = input.required<readonly StorageAlertDto[]>();

  protected readonly alerts = computed(() =>
    [...this.items()]
      .sort((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state))
      .map((alert) => ({ ...alert, title: TITLES[alert.id] ?? alert.id, view: STATES[alert.state] })),
  );
}
