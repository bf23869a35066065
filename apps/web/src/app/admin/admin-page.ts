import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { Chip, EmptyState, ProblemBanner, Skeleton, TabBar } from '@lakescope/web-ui';
import { filter, map } from 'rxjs';
import { Session } from '../shell/session';
import { adminTabs, tabOf } from './admin-tabs';

/**
 * The frame of the admin area. Who is no admin is told so, and what to do; that keeps nobody out: the server asks again
 * behind every tab.
 */
@Component({
  selector: 'ls-admin-page',
  imports: [Chip, EmptyState, MatButton, ProblemBanner, RouterLink, RouterOutlet, Skeleton, TabBar],
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
}
