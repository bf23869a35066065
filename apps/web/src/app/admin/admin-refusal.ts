import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Chip, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Session } from '../shell/session';
import { AdminVerdict } from './admin-verdict';

/** Enough to see which ones they are; somebody can be in a thousand. */
const GROUPS_SHOWN = 12;

/** Stands in place of a page of admins: the refusal, as whom one was refused, and what to do; before that, the waiting. */
@Component({
  selector: 'ls-admin-refusal',
  imports: [Chip, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './admin-refusal.html',
  styles: `
    .waiting {
      padding: 0 var(--ls-space-3);
    }
    .groups {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ls-space-1);
    }
  `,
})
export class AdminRefusal {
  protected readonly verdict = inject(AdminVerdict);
  protected readonly session = inject(Session);

  private readonly allGroups = computed(() => this.session.user()?.groups ?? []);
  protected readonly groups = computed(() => this.allGroups().slice(0, GROUPS_SHOWN));
  protected readonly furtherGroups = computed(() => this.allGroups().length - this.groups().length);
}
