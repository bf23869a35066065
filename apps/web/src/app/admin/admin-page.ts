import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { apiResource, getAdminOverview } from '@lakescope/web-api';
import { Chip, ProblemBanner, Skeleton, TabBar } from '@lakescope/web-ui';
import { filter, map } from 'rxjs';
import { Session } from '../shell/session';
import { adminTabs, tabOf } from './admin-tabs';

/** Enough to see which ones they are; somebody can be in a thousand. */
const GROUPS_SHOWN = 12;

/**
 * The frame of the admin area. It keeps nobody out, for the server does, behind every tab; it only asks the server first
 * for those who do not look like an admin, so that they get its refusal, and what to do about it, in place of the tabs.
 */
@Component({
  selector: 'ls-admin-page',
  imports: [Chip, ProblemBanner, RouterLink, RouterOutlet, Skeleton, TabBar],
  templateUrl: './admin-page.html',
  styleUrl: './admin-page.css',
})
export class AdminPage {
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  protected readonly tabs = adminTabs;
  private readonly url = toSignal(
    this.router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map(({ urlAfterRedirects }) => urlAfterRedirects),
    ),
    { initialValue: this.router.url },
  );
  protected readonly selectedTab = computed(() => tabOf(this.url()));

  protected readonly verdict = apiResource(getAdminOverview, () =>
    this.session.user() && !this.session.isAdmin() ? {} : undefined,
  );
  protected readonly isAdmitted = computed(() => this.session.isAdmin() || this.verdict.value() !== undefined);

  private readonly allGroups = computed(() => this.session.user()?.groups ?? []);
  protected readonly groups = computed(() => this.allGroups().slice(0, GROUPS_SHOWN));
  protected readonly furtherGroups = computed(() => this.allGroups().length - this.groups().length);

  protected askAgain(): void {
    this.session.reload();
    this.verdict.reload();
  }
}
