import { computed, inject, Service, signal } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { Preferences } from '../../preferences/preferences';
import { ConfirmDialog, type Confirmation } from '../../shell/confirm-dialog';

const KEY = 'warehouse_start';

/** Whether a stopped SQL warehouse may be started to browse: it costs money, so nobody does it for a person unasked. */
@Service()
export class WarehouseConsent {
  private readonly preferences = inject(Preferences);
  private readonly dialog = inject(MatDialog);
  /** Asked and agreed to since the page was loaded. */
  private readonly agreed = signal(false);

  readonly isGiven = computed(() => this.agreed() || this.preferences.value(KEY) === 'always');
  /** What requests that may need the warehouse take along. */
  readonly options = computed<{ start_warehouse?: true }>(() => (this.isGiven() ? { start_warehouse: true } : {}));

  /** Answers whether it may be started from now on. */
  async ask(): Promise<boolean> {
    if (this.isGiven()) return true;
    const dialog = this.dialog.open<ConfirmDialog, Confirmation, boolean>(ConfirmDialog, {
      data: {
        title: $localize`Start the SQL warehouse?`,
        consequences: [
          $localize`It costs money while it runs, and stops by itself when nobody uses it.`,
          $localize`Starting takes from a few seconds to some minutes.`,
        ],
        action: $localize`Start it`,
        isDestructive: false,
      },
      width: '480px',
      ariaLabelledBy: 'ls-confirm-title',
    });
    const isAgreed = (await firstValueFrom(dialog.afterClosed())) === true;
    this.agreed.set(isAgreed);
    return isAgreed;
  }
}
