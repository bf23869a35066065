import { inject, Service } from '@angular/core';
import { DeviceStorage } from './device-storage';

const KEY = 'unstored';

/**
 * What was chosen on this device while it could not be stored: kept for the next visit, which stores it. Otherwise what
 * Lakebase has from before would take its place as soon as the page is loaded again.
 */
@Service()
export class UnstoredChoices {
  private readonly device = inject(DeviceStorage);

  /** Choices by their keys. Words only: whatever else a browser's storage holds there was not written here. */
  all(): ReadonlyMap<string, string> {
    const kept = this.device.read(KEY);
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return new Map();
    return new Map(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }

  keep(key: string, value: string): void {
    this.write(new Map(this.all()).set(key, value));
  }

  drop(key: string): void {
    const rest = new Map(this.all());
    if (rest.delete(key)) this.write(rest);
  }

  private write(choices: ReadonlyMap<string, string>): void {
    this.device.keep(KEY, choices.size === 0 ? undefined : Object.fromEntries(choices));
  }
}
