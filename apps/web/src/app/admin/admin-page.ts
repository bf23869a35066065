import { Component, computed, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { TabBar } from '@lakescope/web-ui';
import { currentUrl } from '../shell/current-url';
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
  protected readonly verdict = inject(AdminVerdict);

  protected readonly tabs = adminTabs;
  private readonly url = currentUrl();
  protected readonly selectedTab = computed(() => tabOf(this.url()));
}
