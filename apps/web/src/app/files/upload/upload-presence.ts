import { inject, Service, signal } from '@angular/core';
import { DeviceStorage } from '../../preferences/device-storage';

export const KEPT_SESSIONS_KEY = 'uploads';

/** Whether there is anything to show of uploads. Small, because the frame of the app asks it from the first moment. */
@Service()
export class UploadPresence {
  private readonly present = signal(inject(DeviceStorage).read(KEPT_SESSIONS_KEY) !== undefined);

  readonly isKnown = this.present.asReadonly();

  begin(): void {
    this.present.set(true);
  }
}
