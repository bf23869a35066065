import { inject, Service } from '@angular/core';
import { Preferences } from '../preferences/preferences';

/** Whether shortcuts of one character work: they can be switched off, since they get in the way of speech input. */
@Service()
export class SingleKeys {
  private readonly preferences = inject(Preferences);

  readonly areOff = () => this.preferences.valueOnThisDevice('single_keys') === 'off';

  switch(on: boolean): void {
    this.preferences.chooseOnThisDevice('single_keys', on ? 'on' : 'off');
  }
}
