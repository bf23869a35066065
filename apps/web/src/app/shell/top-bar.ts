import { Component, inject, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '@lakescope/web-ui';
import { Dialogs } from './dialogs';
import { Session } from './session';
import { UserMenu } from './user-menu';

@Component({
  selector: 'ls-top-bar',
  imports: [Icon, RouterLink, UserMenu],
  templateUrl: './top-bar.html',
  styleUrl: './top-bar.css',
})
export class TopBar {
  readonly menu = output();

  private readonly dialogs = inject(Dialogs);
  protected readonly session = inject(Session);

  protected search(): void {
    void this.dialogs.openPalette();
  }
}
