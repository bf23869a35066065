import { inject, Service } from '@angular/core';
import { DeviceStorage } from '../preferences/device-storage';

/** Whether shortcuts of one character work: they can be switched off, since they get in the way of speech input. */
@Service()
export class SingleKeys {
  private readonly device = inject(DeviceStorage);

  readonly areOff = () => this.device.read('single_keys') === 'off';

  switch(on: boolean): void {
    this.device.keep('single_keys', on ? 'on' : 'off');
  }
}
