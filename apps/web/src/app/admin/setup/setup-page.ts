import { Component, computed, effect, inject, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { apiResource, type DoctorItemDto, runDoctor } from '@lakescope/web-api';
import { Chip, type ChipTone, FixLine, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';

type State = DoctorItemDto['state'];

const STATES: readonly { readonly state: State; readonly label: string; readonly tone: ChipTone }[] = [
  { state: 'failed', label: $localize`Failed`, tone: 'bad' },
  { state: 'warning', label: $localize`Warning`, tone: 'warn' },
  { state: 'ok', label: $localize`OK`, tone: 'ok' },
  { state: 'skipped', label: $localize`Skipped`, tone: 'neutral' },
];

/** The doctor's checks of this deployment: what is not as it should be, and the line that mends it. */
@Component({
  selector: 'ls-setup-page',
  imports: [Chip, FixLine, Icon, MatButton, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './setup-page.html',
  styleUrl: './setup-page.css',
})
export class SetupPage {
  private readonly toasts = inject(Toasts);
  private isRepeated = false;

  protected readonly report = apiResource(runDoctor, () => ({}));
  protected readonly counts = computed(() => {
    const items = this.report.latest()?.items ?? [];
    return STATES.map(({ state, label, tone }) => ({
      label,
      tone,
      count: items.filter((item) => item.state === state).length,
    })).filter(({ count }) => count > 0);
  });
  /** In the order in which the doctor looks: a later check builds on those before it. */
  protected readonly items = computed(() =>
    (this.report.latest()?.items ?? []).map((item) => ({
      ...item,
      chip: STATES.find(({ state }) => state === item.state) ?? { label: item.state, tone: 'neutral' as const },
    })),
  );

  constructor() {
    effect(() => {
      const report = this.report.value();
      if (report && this.isRepeated && !this.report.isLoading())
        untracked(() => {
          this.isRepeated = false;
          this.toasts.show($localize`Checked again`);
        });
    });
  }

  protected runAgain(): void {
    this.isRepeated = true;
    this.report.reload();
  }
}
