import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { TabBar } from '@lakescope/web-ui';
import { filter, map } from 'rxjs';
import { AdminRefusal } from './admin-refusal';
import { adminTabs, tabOf } from './admin-tabs';
import { AdminVerdict } from './admin-verdict';

/** The frame of the admin area. */
@Component({
  selector: 'ls-admin-page',
  imports: [AdminRefusal, RouterOutlet, TabBar],
  providers: [AdminVerdict],
  templateUrl: './admin-page.html',
  styleUrl: './admin-page.css',
})
export class AdminPage {
  private readonly router = inject(Router);
  protected readonly verdict = inject(AdminVerdict);

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
