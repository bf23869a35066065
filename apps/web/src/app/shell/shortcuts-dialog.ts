import { Component, inject } from '@angular/core';
import { MatDialogClose } from '@angular/material/dialog';
import { Icon } from '@lakescope/web-ui';
import { destinations } from './navigation';
import { Shortcuts } from './shortcuts';

@Component({
  selector: 'ls-shortcuts-dialog',
  imports: [Icon, MatDialogClose],
  templateUrl: './shortcuts-dialog.html',
  styleUrl: './shortcuts-dialog.css',
})
export class ShortcutsDialog {
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly destinations = destinations;

  protected switchSingleKeys(event: Event): void {
    this.shortcuts.switchSingleKeys((event.target as HTMLInputElement).checked);
  }
}
