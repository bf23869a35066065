import { DOCUMENT, inject, Service } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { type ConfirmDialog as ConfirmDialogType, type Confirmation } from './confirm-dialog';
import { type PaletteOpening } from './command-palette';
import { TypedAheadKeys } from './typed-ahead';

const PALETTE = 'ls-palette';
const SHORTCUTS = 'ls-shortcuts';

/** Opens the shell's dialogs; their code is loaded when the first one is asked for. */
@Service()
export class Dialogs {
  private readonly document = inject(DOCUMENT);
  private readonly dialog = inject(MatDialog);
  private isPaletteOnItsWay = false;

  /** With a text, that is what is searched for at once. */
  async openPalette(text = ''): Promise<void> {
    if (this.isPaletteOnItsWay || this.dialog.getDialogById(PALETTE)) return;
    this.isPaletteOnItsWay = true;
    const keys = new TypedAheadKeys(this.document);
    try {
      const { CommandPalette } = await import('./command-palette');
      this.dialog.open(CommandPalette, {
        id: PALETTE,
        width: '620px',
        maxWidth: 'calc(100vw - 24px)',
        position: { top: '80px' },
        ariaLabel: $localize`Search or jump`,
        data: { keys, text } satisfies PaletteOpening,
      });
    } catch (error) {
      keys.end();
      throw error;
    } finally {
      this.isPaletteOnItsWay = false;
    }
  }

  /** Answers whether the person said yes. */
  async confirm(confirmation: Confirmation): Promise<boolean> {
    const { ConfirmDialog } = await import('./confirm-dialog');
    const dialog = this.dialog.open<ConfirmDialogType, Confirmation, boolean>(ConfirmDialog, {
      data: confirmation,
      width: '480px',
      ariaLabelledBy: 'ls-confirm-title',
    });
    return (await firstValueFrom(dialog.afterClosed())) === true;
  }

  async openShortcuts(): Promise<void> {
    const { ShortcutsDialog } = await import('./shortcuts-dialog');
    if (this.dialog.getDialogById(SHORTCUTS)) return;
    this.dialog.open(ShortcutsDialog, { id: SHORTCUTS, width: '440px', ariaLabelledBy: 'ls-shortcuts-title' });
  }
}
