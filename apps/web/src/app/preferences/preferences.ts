import { computed, effect, inject, Service, signal, untracked } from '@angular/core';
import { Api, apiResource, listPreferences, putPreference, type PutPreferenceDto } from '@lakescope/web-api';
import { Session } from '../shell/session';

type Choice = PutPreferenceDto['preference_value'];

const DEVICE_PREFIX = 'lakescope.';
const SAVE_AFTER_MS = 400;

/** Keys that say where a person was: not for the next person at this device. */
const PERSONAL = ['recent_items', 'favorite_tables'];
const OWNER = 'owner';

/**
 * What a person chose, kept on this device at once and in Lakebase when the app has one. The device's copy is what the
 * page starts with, so nothing flickers while the stored one is on its way; once that is there, it alone counts.
 */
@Service()
export class Preferences {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly answer = apiResource(listPreferences, () => ({}));
  private readonly stored = computed(() => {
    const items = this.answer.value()?.items;
    return items && new Map<string, unknown>(items.map((item) => [item.preference_key, item.preference_value]));
  });
  private readonly chosen = signal<ReadonlyMap<string, unknown>>(new Map());
  /** Counts the writes to the device's storage, which tells nobody of them. */
  private readonly deviceWrites = signal(0);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Whether choices follow the person to other devices. */
  readonly isStoredForUser = computed(() => this.stored() !== undefined);

  constructor() {
    effect(() => {
      const user = this.session.user()?.user_id;
      if (user !== undefined) untracked(() => this.handDeviceTo(user));
    });
    effect(() => {
      const stored = this.stored();
      if (!stored) return;
      untracked(() => {
        for (const key of ['theme', 'density', ...PERSONAL])
          this.keepOnDevice(key, this.chosen().get(key) ?? stored.get(key));
      });
    });
  }

  /** The present value of a preference, or undefined; the caller checks its shape, for stored values may be old. */
  value(key: string): unknown {
    const chosen = this.chosen();
    if (chosen.has(key)) return chosen.get(key);
    const stored = this.stored();
    return stored ? stored.get(key) : this.valueOnThisDevice(key);
  }

  choose(key: string, value: Choice): void {
    this.chosen.update((chosen) => new Map(chosen).set(key, value));
    this.keepOnDevice(key, value);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.store(key, value), SAVE_AFTER_MS),
    );
  }

  /** For choices that belong to a keyboard or a screen rather than to a person. */
  chooseOnThisDevice(key: string, value: Choice): void {
    this.keepOnDevice(key, value);
  }

  valueOnThisDevice(key: string): unknown {
    this.deviceWrites();
    try {
      const text = localStorage.getItem(DEVICE_PREFIX + key);
      if (text === null) return undefined;
      return text.startsWith('[') || text.startsWith('{') ? (JSON.parse(text) as unknown) : text;
    } catch {
      return undefined;
    }
  }

  private async store(key: string, value: Choice): Promise<void> {
    this.timers.delete(key);
    if (!this.isStoredForUser()) return;
    try {
      await this.api.invoke(putPreference, { body: { preference_key: key, preference_value: value } });
    } catch {
      // The device keeps the choice; it is stored again with the next one.
    }
  }

  /** Forgets where somebody else was who used this browser before, as after a change of persona. */
  private handDeviceTo(user: string): void {
    const owner = this.valueOnThisDevice(OWNER);
    if (owner !== undefined && owner !== user) for (const key of PERSONAL) this.keepOnDevice(key, undefined);
    if (owner !== user) this.keepOnDevice(OWNER, user);
  }

  private keepOnDevice(key: string, value: unknown): void {
    try {
      if (value === undefined) localStorage.removeItem(DEVICE_PREFIX + key);
      else localStorage.setItem(DEVICE_PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value));
    } catch {
      // Private windows may forbid storage: the choice then lives as long as the page.
    }
    this.deviceWrites.update((count) => count + 1);
  }
}
