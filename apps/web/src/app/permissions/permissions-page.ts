import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiResource, getMyPermissions, type PermissionDto } from '@lakescope/web-api';
import {
  Chip,
  EmptyState,
  FixLine,
  formatMilliseconds,
  Icon,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { RUNS_AS, STATES, stateFrom } from './permission-states';

/** What the person may do here, each tried just now with their own token; what is missing, and the line that gives it. */
@Component({
  selector: 'ls-permissions-page',
  imports: [Chip, EmptyState, FixLine, Icon, MatButton, ProblemBanner, RouterLink, Skeleton, TimeAgo],
  templateUrl: './permissions-page.html',
  styleUrl: './permissions-page.css',
})
export class PermissionsPage {
  /** Query parameter: only permissions in this state. */
  readonly state = input<string>();

  protected readonly answer = apiResource(getMyPermissions, () => ({}));
  protected readonly shown = computed(() => stateFrom(this.state()));
  private readonly items = computed<readonly PermissionDto[]>(() => this.answer.latest()?.items ?? []);
  protected readonly counts = computed(() =>
    STATES.map(({ state, label, tone }) => ({
      state,
      label,
      tone,
      count: this.items().filter((item) => item.state === state).length,
      isShown: this.shown() === state,
    })),
  );
  protected readonly rows = computed(() =>
    this.items()
      .filter(({ state }) => this.shown() === undefined || state === this.shown())
      .map((item) => ({
        ...item,
        chip: STATES.find(({ state }) => state === item.state) ?? { label: item.state, tone: 'neutral' as const },
        runsAs: RUNS_AS[item.runs_as],
        latency: item.latency_ms === null ? undefined : formatMilliseconds(item.latency_ms),
      })),
  );
}
