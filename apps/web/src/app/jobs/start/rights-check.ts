import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  Api,
  checkJob,
  type JobRightDto,
  type JobRightsDto,
  type PlanJobDto,
  type Problem,
  problemFrom,
} from '@lakescope/web-api';
import { Chip, type ChipTone, FixLine, ProblemBanner, TimeAgo } from '@lakescope/web-ui';
import { RIGHTS } from '../../s3/connections/rights';

const STATES: Readonly<Record<JobRightDto['status'], { readonly text: string; readonly tone: ChipTone }>> = {
  ok: { text: $localize`ok`, tone: 'ok' },
  missing: { text: $localize`missing`, tone: 'bad' },
  excessive: { text: $localize`too much`, tone: 'warn' },
  failed: { text: $localize`failed`, tone: 'bad' },
  not_tried: { text: $localize`not tried`, tone: 'neutral' },
};

const SIDES: Readonly<Record<JobRightDto['side'], string>> = {
  source: $localize`Source`,
  target: $localize`Target`,
};

const KEPT_OUT = { label: $localize`Not write at all`, use: $localize`Whoever only reads can spoil nothing` };

/** Tries at both ends of a run what it needs there, where somebody says, and shows what is missing and what is too much. */
@Component({
  selector: 'ls-rights-check',
  imports: [Chip, FixLine, MatButton, ProblemBanner, TimeAgo],
  templateUrl: './rights-check.html',
  styleUrl: './rights-check.css',
})
export class RightsCheck {
  /** What the fields of the form ask for; undefined while there is no form. */
  readonly request = input.required<() => PlanJobDto | undefined>();

  private readonly api = inject(Api);
  protected readonly isChecking = signal(false);
  protected readonly report = signal<JobRightsDto | undefined>(undefined);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly verdict = computed<{ text: string; tone: ChipTone } | undefined>(() => {
    const report = this.report();
    if (report === undefined) return undefined;
    if (!report.ready) return { text: $localize`something is missing`, tone: 'bad' };
    return report.rights.some(({ status }) => status === 'excessive')
      ? { text: $localize`everything is there, and more than is needed`, tone: 'warn' }
      : { text: $localize`everything is there`, tone: 'ok' };
  });
  protected readonly rows = computed(() =>
    (this.report()?.rights ?? []).map((row) => ({
      ...row,
      key: `${row.side} ${row.right}`,
      end: SIDES[row.side],
      state: STATES[row.status],
      ...(row.right === 'write_refused' ? KEPT_OUT : RIGHTS[row.right]),
    })),
  );

  protected async check(): Promise<void> {
    const body = this.request()();
    if (body === undefined || this.isChecking()) return;
    this.isChecking.set(true);
    this.problem.set(undefined);
    try {
      this.report.set(await this.api.invoke(checkJob, { body }));
    } catch (error) {
      this.report.set(undefined);
      this.problem.set(problemFrom(error));
    } finally {
      this.isChecking.set(false);
    }
  }
}
