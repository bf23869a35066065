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
import { Chip, type ChipTone, Notice, ProblemBanner, TimeAgo } from '@lakescope/web-ui';
import { RIGHTS, STATES } from '../../s3/connections/rights';
import { RightsTable, type TriedRight } from '../../s3/connections/rights-table';
import { isSameRequest } from './job-draft';

const SIDES: Readonly<Record<JobRightDto['side'], string>> = {
  source: $localize`Source`,
  target: $localize`Target`,
};

const KEPT_OUT = { label: $localize`Not write at all`, use: $localize`Whoever only reads can spoil nothing` };

/** What was asked, and what came of it. */
interface Outcome {
  readonly asked: PlanJobDto;
  readonly report?: JobRightsDto;
  readonly problem?: Problem;
}

/** Tries at both ends of a run what it needs there, where somebody says, and shows what is missing and what is too much. */
@Component({
  selector: 'ls-rights-check',
  imports: [Chip, MatButton, Notice, ProblemBanner, RightsTable, TimeAgo],
  templateUrl: './rights-check.html',
  styleUrl: './rights-check.css',
})
export class RightsCheck {
  /** What the fields of the form ask for; undefined while there is no form. */
  readonly request = input.required<() => PlanJobDto | undefined>();
  /** The same as the fields stand now: what was seen with others is old. */
  readonly current = input<PlanJobDto>();

  private readonly api = inject(Api);
  protected readonly isChecking = signal(false);
  private readonly outcome = signal<Outcome | undefined>(undefined);
  protected readonly report = computed(() => this.outcome()?.report);
  /** Said of fields that have changed since, it says nothing. */
  protected readonly problem = computed(() => {
    const outcome = this.outcome();
    return isSameRequest(outcome?.asked, this.current()) ? outcome?.problem : undefined;
  });
  /** Another end was not tried. */
  protected readonly isOld = computed(() => {
    const asked = this.outcome()?.asked;
    return asked !== undefined && !isSameRequest(triedOf(asked), triedOf(this.current()));
  });
  protected readonly verdict = computed<{ text: string; tone: ChipTone } | undefined>(() => {
    const report = this.report();
    if (report === undefined) return undefined;
    if (this.isOld()) return { text: $localize`tried before the fields changed`, tone: 'neutral' };
    if (!report.ready) return { text: $localize`something is missing`, tone: 'bad' };
    return report.rights.some(({ status }) => status === 'excessive')
      ? { text: $localize`everything is there, and more than is needed`, tone: 'warn' }
      : { text: $localize`everything is there`, tone: 'ok' };
  });
  protected readonly rows = computed<readonly TriedRight[]>(() =>
    (this.report()?.rights ?? []).map(({ side, right, status, detail, advice, policy_line: line }) => ({
      key: `${side} ${right}`,
      end: SIDES[side],
      state: STATES[status],
      ...(right === 'write_refused' ? KEPT_OUT : RIGHTS[right]),
      detail,
      advice,
      line,
    })),
  );

  protected async check(): Promise<void> {
    const body = this.request()();
    if (body === undefined || this.isChecking()) return;
    this.isChecking.set(true);
    try {
      this.outcome.set({ asked: body, report: await this.api.invoke(checkJob, { body }) });
    } catch (error) {
      this.outcome.set({ asked: body, problem: problemFrom(error) });
    } finally {
      this.isChecking.set(false);
    }
  }
}

/** What of a request the check is about: which tables are ingested, and how fast, needs no other rights. */
function triedOf(asked: PlanJobDto | undefined): Partial<PlanJobDto> | undefined {
  return asked && { source: asked.source, target: asked.target, mode: asked.mode };
}
