import { Component, computed, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { apiResource, checkTableHealth, type HealthFindingDto, type TableHealthDto } from '@lakescope/web-api';
import { Chip, type ChipTone, FixLine, formatCount, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { tableRequest } from '../table-request';
import { type TableSource } from '../table-source';

/** The API looks for no more files than this at once. */
const MOST_CHECKED = 10_000;

const STATES: Readonly<Record<TableHealthDto['status'], { readonly tone: ChipTone; readonly label: string }>> = {
  good: { tone: 'ok', label: $localize`good` },
  warning: { tone: 'warn', label: $localize`needs attention` },
  bad: { tone: 'bad', label: $localize`damaged` },
};
const SEVERITIES: Readonly<Record<HealthFindingDto['severity'], { readonly tone: ChipTone; readonly label: string }>> =
  {
    info: { tone: 'neutral', label: $localize`info` },
    warning: { tone: 'warn', label: $localize`warning` },
    bad: { tone: 'bad', label: $localize`bad` },
  };

/** What is wrong with a version or costs time, worst first, each with what was seen, what to do and the line that does it. */
@Component({
  selector: 'ls-health',
  imports: [Chip, FixLine, MatButton, ProblemBanner, Skeleton],
  templateUrl: './health.html',
  styleUrl: './health.css',
})
export class Health {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();
  /** Data files of the version. */
  readonly files = input.required<number>();

  private readonly what = computed(() => JSON.stringify([this.source(), this.version()]));
  /** Looking for each file by itself costs a request each, so it is done when somebody asks. */
  protected readonly looksForFiles = linkedSignal<string, boolean>({ source: this.what, computation: () => false });
  protected readonly health = apiResource(checkTableHealth, () => ({
    body: {
      ...tableRequest(this.source(), this.version()).body,
      ...(this.looksForFiles() ? { check_files: true } : {}),
    },
  }));
  protected readonly answer = computed(() => this.health.value() ?? this.health.latest());
  protected readonly state = computed(() => {
    const answer = this.answer();
    return answer && STATES[answer.status];
  });
  protected readonly findings = computed(() =>
    (this.answer()?.findings ?? []).map((finding) => ({ ...finding, ...SEVERITIES[finding.severity] })),
  );
  protected readonly checkedFiles = computed(() => {
    const count = this.health.value()?.checked_files ?? null;
    return count === null ? undefined : { count: formatCount(count), all: formatCount(this.files()) };
  });
  protected readonly toCheck = computed(() => formatCount(Math.min(this.files(), MOST_CHECKED)));
}
