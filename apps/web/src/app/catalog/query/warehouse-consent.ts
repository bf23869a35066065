import { inject, Service } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { WarehouseStart } from '../../preferences/warehouse-start';
import { StartWarehouseDialog, type WarehouseAnswer } from './start-warehouse-dialog';

/** Whether a stopped warehouse may be started, which costs money: asked each time, or once and for all. */
@Service()
export class WarehouseConsent {
  private readonly warehouseStart = inject(WarehouseStart);
  private readonly dialog = inject(MatDialog);

  /** The person has said that it need not be asked. */
  readonly isGiven = this.warehouseStart.isAlways;

  /** Asks about the warehouse of this name, when it is known. */
  async ask(name: string | undefined): Promise<boolean> {
    const dialog = this.dialog.open<StartWarehouseDialog, string | undefined, WarehouseAnswer>(StartWarehouseDialog, {
      data: name,
      width: '480px',
      ariaLabelledBy: 'ls-start-warehouse-title',
    });
    const answer = await firstValueFrom(dialog.afterClosed());
    if (answer === 'always') this.warehouseStart.choose('always');
    return answer !== undefined;
  }
}
