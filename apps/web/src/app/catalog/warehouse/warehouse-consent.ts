import { computed, inject, Service, signal } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { WarehouseStart } from '../../preferences/warehouse-start';
import { StartWarehouseDialog, type WarehouseAnswer } from './start-warehouse-dialog';

/** Whether a stopped SQL warehouse may be started: it costs money, so nobody does it for a person unasked. */
@Service()
export class WarehouseConsent {
  private readonly start = inject(WarehouseStart);
  private readonly dialog = inject(MatDialog);
  /** Asked and agreed to since the page was loaded. */
  private readonly agreed = signal(false);

  /** The person has said that it need not be asked. */
  readonly isAlways = this.start.isAlways;
  /** To browse: one yes counts until the page is left, since every list might have to ask. */
  readonly isGiven = computed(() => this.agreed() || this.isAlways());
  /** What requests that may need the warehouse take along. */
  readonly options = computed<{ start_warehouse?: true }>(() => (this.isGiven() ? { start_warehouse: true } : {}));

  /** Answers whether it may be started from now on. */
  async ask(): Promise<boolean> {
    if (this.isGiven()) return true;
    const isAgreed = await this.askNow();
    this.agreed.set(isAgreed);
    return isAgreed;
  }

  /** Answers whether it may be started this time. The warehouse is named where that is known. */
  async askNow(name?: string): Promise<boolean> {
    const dialog = this.dialog.open<StartWarehouseDialog, string | undefined, WarehouseAnswer>(StartWarehouseDialog, {
      data: name,
      width: '480px',
      ariaLabelledBy: 'ls-start-warehouse-title',
    });
    const answer = await firstValueFrom(dialog.afterClosed());
    if (answer === 'always') this.start.choose('always');
    // A dialog that is closed by its button answers the empty text.
    return answer === 'once' || answer === 'always';
  }
}
