import { computed, effect, inject, Service, signal } from '@angular/core';
import { Api, apiResource, listPreferences, putPreference, type PutPreferenceDto } from '@lakescope/web-api';

type Choice = PutPreferenceDto['preference_value'];

const DEVICE_PREFIX = 'lakescope.';
const SAVE_AFTER_MS = 400;

/**
 * What a person chose, kept on this device at once and in Lakebase when the app has one. The device's copy is what the
 * page starts with, so nothing flickers while the stored one is on its way.
 */
@Service()
export class Preferences {
  private readonly api = inject(Api);
  private readonly stored = apiResource(listPreferences, () => ({}));
  private readonly chosen = signal<Readonly<Record<string, unknown>>>({});
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Whether choices follow the person to other devices. */
  readonly isStoredForUser = computed(() => this.stored.value() !== undefined);

  constructor() {
    effect(() => {
      for (const { preference_key, preference_value } of this.stored.value()?.items ?? []) {
        if (!this.timers.has(preference_key)) this.keepOnDevice(preference_key, preference_value);
      }
    });
  }

  /** The present value of a preference, or undefined; the caller checks its shape, for stored values may be old. */
  value(key: string): unknown {
    const chosen = this.chosen();
    return key in chosen ? chosen[key] : this.readDevice(key);
  }

  choose(key: string, value: Choice): void {
    this.keepOnDevice(key, value);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.store(key, value), SAVE_AFTER_MS),
    );
  }

  /** For choices that belong to a keyboard or a screen rather than to a person. */
  chooseOnThisDevice(key: string, value: unknown): void {
    this.keepOnDevice(key, value);
  }

  private async store(key: string, value: Choice): Promise<void> {
    try {
      if (this.isStoredForUser()) {
        await this.api.invoke(putPreference, { body: { preference_key: key, preference_value: value } });
      }
    } catch {
      // The device keeps the choice; it is stored again with the next one.
    } finally {
      this.timers.delete(key);
    }
  }

  private keepOnDevice(key: string, value: unknown): void {
    this.chosen.update((chosen) => ({ ...chosen, [key]: value }));
    try {
      localStorage.setItem(DEVICE_PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value));
    } catch {
      // Private windows may forbid storage: the choice then lives as long as the page.
    }
  }

  private readDevice(key: string): unknown {
    try {
      const text = localStorage.getItem(DEVICE_PREFIX + key);
      if (text === null) return undefined;
      return text.startsWith('[') || text.startsWith('{') ? (JSON.parse(text) as unknown) : text;
    } catch {
      return undefined;
    }
  }
}
