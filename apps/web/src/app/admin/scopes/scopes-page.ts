import { Component, computed } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { apiResource, getScopePreflight, type ScopeCheckDto } from '@lakescope/web-api';
import {
  Chip,
  type ChipTone,
  EmptyState,
  FixLine,
  Icon,
  Notice,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';

const STATES: Readonly<Record<ScopeCheckDto['me'], { label: string; tone: ChipTone }>> = {
  granted: { label: $localize`Granted`, tone: 'ok' },
  missing: { label: $localize`Missing`, tone: 'bad' },
  unknown: { label: $localize`Unknown`, tone: 'warn' },
};

/** Which scopes the features need, and whether my token and the app have them. */
@Component({
  selector: 'ls-scopes-page',
  imports: [Chip, EmptyState, FixLine, Icon, MatButton, Notice, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './scopes-page.html',
  styleUrl: './scopes-page.css',
})
export class ScopesPage {
  protected readonly preflight = apiResource(getScopePreflight, () => ({}));
  protected readonly rows = computed(() =>
    (this.preflight.latest()?.items ?? []).map((item) => ({ ...item, mine: STATES[item.me], ofApp: STATES[item.app] })),
  );
  protected readonly missing = computed(
    () => this.rows().filter(({ me, app }) => me === 'missing' || app === 'missing').length,
  );
}
