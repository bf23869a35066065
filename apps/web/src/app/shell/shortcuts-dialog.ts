import { Component, inject } from '@angular/core';
import { MatDialogClose } from '@angular/material/dialog';
import { Icon } from '@lakescope/web-ui';
import { Navigation } from './navigation';
import { SingleKeys } from './single-keys';

@Component({
  selector: 'ls-shortcuts-dialog',
  imports: [Icon, MatDialogClose],
  templateUrl: './shortcuts-dialog.html',
  styleUrl: './shortcuts-dialog.css',
})
export class ShortcutsDialog {
  protected readonly singleKeys = inject(SingleKeys);
  protected readonly destinations = inject(Navigation).destinations;

  protected switchSingleKeys(event: Event): void {
    this.singleKeys.switch((event.target as HTMLInputElement).checked);
  }
}
