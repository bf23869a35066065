import { computed, effect, inject, type Signal, signal } from '@angular/core';
import { apiResource, type Problem, searchCatalog } from '@lakescope/web-api';
import { WarehouseConsent } from '../catalog/warehouse/warehouse-consent';
import { volumePath } from '../files/volume-path';
import { hitEntries, type PaletteEntry } from './palette-entries';

/** Long enough for the next letter of a word, short enough not to be felt. */
const PAUSE_MS = 120;
/** One letter is in almost every name. */
const SHORTEST = 2;
const MOST_HITS = 30;

/** What the catalog has for a text that is being typed. */
export interface CatalogSearch {
  readonly entries: Signal<readonly PaletteEntry[]>;
  readonly isSearching: Signal<boolean>;
  readonly problem: Signal<Problem | undefined>;
  /** Not everything the person may see was looked through. */
  readonly isIncomplete: Signal<boolean>;
  /** Starts the warehouse, where searching needs it and the person agrees. */
  start(): Promise<void>;
}

/** Follows a text with a short pause, and asks for its newest state only. */
export function catalogSearch(text: Signal<string>): CatalogSearch {
  const consent = inject(WarehouseConsent);
  const settled = signal('');
  const wanted = computed(() => {
    const present = text().trim();
    return present.length >= SHORTEST && volumePath(present) === undefined ? present : '';
  });
  effect((onCleanup) => {
    const present = wanted();
    const timer = setTimeout(() => settled.set(present), present === '' ? 0 : PAUSE_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const answer = apiResource(searchCatalog, () => {
    const q = settled();
    return q === '' ? undefined : { query: { q, limit: MOST_HITS, ...consent.options() } };
  });
  // What was found for the letters before stays while more are typed: rows that come and go cannot be aimed at.
  const shown = computed(() => (wanted() === '' ? undefined : answer.latest()));
  return {
    entries: computed(() => hitEntries(shown()?.items ?? [])),
    isSearching: computed(() => wanted() !== '' && (answer.isLoading() || settled() !== wanted())),
    problem: computed(() => (wanted() === '' ? undefined : answer.problem())),
    isIncomplete: computed(() => shown()?.incomplete ?? false),
    start: async () => {
      if (await consent.ask()) answer.reload();
    },
  };
}
