import { Component, inject, input, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Icon } from '@lakescope/web-ui';
import { Navigation } from './navigation';

/** The pages, and the API's documentation; icons alone where the window is narrow. */
@Component({
  selector: 'ls-side-nav',
  imports: [Icon, RouterLink, RouterLinkActive],
  templateUrl: './side-nav.html',
  styleUrl: './side-nav.css',
  host: { '[class.drawer]': 'isDrawer()' },
})
export class SideNav {
  readonly isDrawer = input(false);
  readonly chosen = output();

  protected readonly destinations = inject(Navigation).destinations;
}
