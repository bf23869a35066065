import { computed, effect, inject, linkedSignal, Service, signal, untracked } from '@angular/core';
import {
  Api,
  apiResource,
  listPreferences,
  type PreferenceDto,
  type Problem,
  problemFrom,
  putPreference,
  type PutPreferenceDto,
} from '@lakescope/web-api';
import { Session } from '../shell/session';
import { DeviceStorage } from './device-storage';
import { UnstoredChoices } from './unstored-choices';

export type Choice = PutPreferenceDto['preference_value'];

/** A choice that another tab or device has made differently meanwhile. */
export interface PreferenceConflict {
  readonly key: string;
  readonly mine: Choice;
  readonly theirs: unknown;
}

/** What is to become of a preference. One that builds on what was there can be repeated on what another tab stored. */
interface Change {
  readonly apply: (before: unknown) => Choice;
  readonly canBeRepeated: boolean;
}

/** Places are visited in quick succession; a choice made on purpose is stored at once. */
const GATHER_CHANGES_MS = 400;
/** More tabs than this do not write the same preference within a moment. */
const MOST_REPETITIONS = 3;

/** Keys that say where a person was, or what they agreed to: not for the next person at this device. */
const PERSONAL = [
  'recent_items',
  'favorite_tables',
  'saved_queries',
  'export_destination',
  'inference_history',
  'warehouse_start',
];
/** Kept here and nowhere else, and not for the next person either. */
const PERSONAL_ON_DEVICE = ['s3_checks'];
const ON_DEVICE_TOO = ['theme', 'density', 'usage_tracking', ...PERSONAL];
const OWNER = 'owner';

/**
 * What a person chose, kept on this device at once and in Lakebase when the app has one. The device's copy is what the
 * page starts with, so nothing flickers while the stored one is on its way; once that is there, it alone counts. Each
 * write names the version it builds on, so that no tab overwrites what another one stored: see `settle`.
 */
@Service()
export class Preferences {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly device = inject(DeviceStorage);
  private readonly unstored = inject(UnstoredChoices);
  private readonly answer = apiResource(listPreferences, () => ({}));
  private readonly stored = linkedSignal(() => {
    const items = this.answer.latest()?.items;
    return items && new Map<string, PreferenceDto>(items.map((item) => [item.preference_key, item]));
  });
  /** What was chosen here and is not stored yet. */
  private readonly chosen = signal<ReadonlyMap<string, Choice>>(this.unstored.all());
  private readonly changes = new Map<string, readonly Change[]>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly writing = new Map<string, Promise<void>>();
  private readonly conflicting = signal<PreferenceConflict | undefined>(undefined);
  private readonly failure = signal<Problem | undefined>(undefined);

  /** Whether choices follow the person to other devices. */
  readonly isStoredForUser = computed(() => this.stored() !== undefined);
  /** Why they do not. */
  readonly problem = this.answer.problem;
  /** Why the last choice was kept on this device alone. */
  readonly saveProblem = this.failure.asReadonly();
  readonly conflict = this.conflicting.asReadonly();

  constructor() {
    effect(() => {
      const user = this.session.user()?.user_id;
      if (user !== undefined) untracked(() => this.handDeviceTo(user));
    });
    effect(() => {
      const stored = this.stored();
      if (!stored) return;
      untracked(() => {
        for (const key of ON_DEVICE_TOO) this.device.keep(key, this.value(key));
      });
    });
    effect(() => {
      if (this.isStoredForUser()) untracked(() => this.storeWhatWaited());
    });
  }

  /** The present value of a preference, or undefined; the caller checks its shape, for stored values may be old. */
  value(key: string): unknown {
    const chosen = this.chosen();
    if (chosen.has(key)) return chosen.get(key);
    const stored = this.stored();
    return stored ? (stored.get(key)?.preference_value ?? undefined) : this.device.read(key);
  }

  /** Sets a preference to a value. When another tab has changed it meanwhile, the person is asked: see `conflict`. */
  choose(key: string, value: Choice): void {
    this.changes.set(key, [{ apply: () => value, canBeRepeated: false }]);
    if (typeof value === 'string') this.unstored.keep(key, value);
    this.show(key, value, 0);
  }

  /** Changes a part of a preference; when another tab has changed it meanwhile, the same is done to what that stored. */
  change(key: string, apply: (before: unknown) => Choice): void {
    this.changes.set(key, [...(this.changes.get(key) ?? []), { apply, canBeRepeated: true }]);
    this.show(key, apply(this.value(key)), GATHER_CHANGES_MS);
  }

  /** Ends the conflict: with what was chosen here, or with what the other tab stored. */
  resolve(wins: 'mine' | 'theirs'): void {
    const conflict = this.conflicting();
    this.conflicting.set(undefined);
    if (conflict && wins === 'mine') this.choose(conflict.key, conflict.mine);
  }

  /** Stores again what could not be stored. */
  retry(): void {
    if (!this.isStoredForUser()) this.answer.reload();
    for (const key of this.changes.keys()) this.storeSoon(key, 0);
  }

  /** Forgets everything here, after the server has: nothing that was erased may come back from this device. */
  forget(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.changes.clear();
    this.chosen.set(new Map());
    if (this.stored()) this.stored.set(new Map());
    for (const key of this.unstored.all().keys()) this.unstored.drop(key);
    for (const key of [...ON_DEVICE_TOO, ...PERSONAL_ON_DEVICE]) this.device.keep(key, undefined);
  }

  /** What was chosen before it was known what is stored: built on that now, and no longer on what this device knew. */
  private storeWhatWaited(): void {
    for (const [key, changes] of this.changes) {
      if (changes.every(({ canBeRepeated }) => canBeRepeated)) this.rebase(key, changes);
      this.storeSoon(key, 0);
    }
  }

  private show(key: string, value: Choice, afterMs: number): void {
    this.chosen.update((chosen) => new Map(chosen).set(key, value));
    this.device.keep(key, value);
    this.storeSoon(key, afterMs);
  }

  private storeSoon(key: string, afterMs: number): void {
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        // One write at a time: the next one must know the version that this one makes.
        const before = this.writing.get(key) ?? Promise.resolve();
        this.writing.set(
          key,
          before.then(() => this.store(key)),
        );
      }, afterMs),
    );
  }

  private async store(key: string): Promise<void> {
    if (!this.isStoredForUser() || !this.chosen().has(key)) return;
    const storing = this.changes.get(key) ?? [];
    try {
      await this.settle(key, storing);
      this.failure.set(undefined);
    } catch (error) {
      // The device keeps the choice; the person is told on the page of preferences.
      this.failure.set(problemFrom(error));
    }
  }

  private async settle(key: string, storing: readonly Change[]): Promise<void> {
    for (let repetition = 0; ; repetition++) {
      const value = this.chosen().get(key);
      if (value === undefined) return;
      try {
        const saved = await this.put(key, value);
        if (this.changes.get(key) === storing) this.release(key);
        this.setStored(key, saved);
        return;
      } catch (error) {
        if (problemFrom(error).code !== 'PRECONDITION_FAILED' || repetition >= MOST_REPETITIONS) throw error;
        const { items } = await this.api.invoke(listPreferences, { query: { preference_key: key } });
        const theirs = items.find((item) => item.preference_key === key);
        if (!this.takesOver(key, value, theirs)) return;
      }
    }
  }

  /** Builds on what another tab stored. False when that was not possible: then it counts, and the person is asked. */
  private takesOver(key: string, mine: Choice, theirs: PreferenceDto | undefined): boolean {
    const changes = this.changes.get(key) ?? [];
    this.setStored(key, theirs);
    if (changes.every(({ canBeRepeated }) => canBeRepeated)) {
      this.rebase(key, changes);
      return true;
    }
    // Erased elsewhere: there is nothing of anybody's that a choice made on purpose could overwrite.
    if (theirs === undefined) return true;
    this.release(key);
    this.device.keep(key, theirs.preference_value ?? undefined);
    if (JSON.stringify(theirs.preference_value) !== JSON.stringify(mine)) {
      this.conflicting.set({ key, mine, theirs: theirs.preference_value });
    }
    return false;
  }

  /** Does the changes again, to what is stored now. */
  private rebase(key: string, changes: readonly Change[]): void {
    const stored: unknown = this.stored()?.get(key)?.preference_value;
    const merged = changes.reduce((before, { apply }) => apply(before), stored) as Choice;
    this.chosen.update((chosen) => new Map(chosen).set(key, merged));
    this.device.keep(key, merged);
  }

  private put(key: string, value: Choice): Promise<PreferenceDto> {
    const version = this.stored()?.get(key)?.version;
    return this.api.invoke(putPreference, {
      body: { preference_key: key, preference_value: value },
      headers: version === undefined ? { 'If-None-Match': '*' } : { 'If-Match': `"${version}"` },
    });
  }

  private setStored(key: string, item: PreferenceDto | undefined): void {
    const stored = new Map(this.stored());
    if (item === undefined) stored.delete(key);
    else stored.set(key, item);
    this.stored.set(stored);
  }

  /** From here on the stored value is the value. */
  private release(key: string): void {
    this.changes.delete(key);
    this.unstored.drop(key);
    this.chosen.update((chosen) => new Map([...chosen].filter(([other]) => other !== key)));
  }

  /**
   * What this device could not store before is stored for the same person now. Of somebody else who used this browser
   * before, as after a change of persona, neither that nor the places are left.
   */
  private handDeviceTo(user: string): void {
    const owner = this.device.read(OWNER);
    const isSamePerson = owner === undefined || owner === user;
    for (const [key, value] of this.unstored.all()) {
      if (!isSamePerson) this.release(key);
      else if (!this.changes.has(key)) this.choose(key, value);
    }
    if (!isSamePerson) for (const key of [...PERSONAL, ...PERSONAL_ON_DEVICE]) this.device.keep(key, undefined);
    if (owner !== user) this.device.keep(OWNER, user);
  }
}
