import { Service, signal } from '@angular/core';

const PREFIX = 'lakescope.';

/** What this browser remembers between visits. It may be forbidden to, as in private windows: then it forgets at once. */
@Service()
export class DeviceStorage {
  /** Counts the writes to the browser's storage, which tells nobody of them. */
  private readonly writes = signal(0);

  /** The value of a key, or undefined; follows later writes when read in a signal's context. */
  read(key: string): unknown {
    this.writes();
    try {
      const text = localStorage.getItem(PREFIX + key);
      if (text === null) return undefined;
      return text.startsWith('[') || text.startsWith('{') ? (JSON.parse(text) as unknown) : text;
    } catch {
      return undefined;
    }
  }

  /** Undefined forgets the key. */
  keep(key: string, value: unknown): void {
    try {
      if (value === undefined) localStorage.removeItem(PREFIX + key);
      else localStorage.setItem(PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value));
    } catch {
      // Storage is forbidden or full: the choice then lives as long as the page.
    }
    this.writes.update((count) => count + 1);
  }
}
