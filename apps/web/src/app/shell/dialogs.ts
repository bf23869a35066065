import { inject, Service } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';

const PALETTE = 'ls-palette';
const SHORTCUTS = 'ls-shortcuts';

/** Opens the shell's dialogs; their code is loaded when the first one is asked for. */
@Service()
export class Dialogs {
  private readonly dialog = inject(MatDialog);

  async openPalette(): Promise<void> {
    const { CommandPalette } = await import('./command-palette');
    if (this.dialog.getDialogById(PALETTE)) return;
    this.dialog.open(CommandPalette, {
      id: PALETTE,
      width: '620px',
      maxWidth: 'calc(100vw - 24px)',
      position: { top: '80px' },
      ariaLabel: $localize`Search or jump`,
    });
  }

  async openShortcuts(): Promise<void> {
    const { ShortcutsDialog } = await import('./shortcuts-dialog');
    if (this.dialog.getDialogById(SHORTCUTS)) return;
    this.dialog.open(ShortcutsDialog, { id: SHORTCUTS, width: '440px', ariaLabelledBy: 'ls-shortcuts-title' });
  }
}
