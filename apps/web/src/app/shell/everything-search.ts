import { computed, effect, inject, type Signal, signal } from '@angular/core';
import { apiResource, type EverythingFoundDto, type Problem, searchEverything } from '@lakescope/web-api';
import { WarehouseConsent } from '../catalog/warehouse/warehouse-consent';
import { volumePath } from '../files/volume-path';
import { jobEntries } from './job-entries';
import { hitEntries, type PaletteEntry } from './palette-entries';
import { servingEntries } from './serving-entries';

/** Long enough for the next letter of a word, short enough not to be felt. */
const PAUSE_MS = 120;
/** One letter is in almost every name. */
const SHORTEST = 2;
const MOST_HITS = 30;

/** A place that could not be searched, and why. */
export interface Unsearched {
  readonly what: string;
  readonly code: string;
  readonly detail: string;
}

/** What catalog, serving endpoints and jobs have for a text that is being typed. */
export interface EverythingSearch {
  readonly entries: Signal<readonly PaletteEntry[]>;
  readonly isSearching: Signal<boolean>;
  /** Nothing could be searched. */
  readonly problem: Signal<Problem | undefined>;
  /** What of it could not. */
  readonly unsearched: Signal<readonly Unsearched[]>;
  /** Not all of the catalog that the person may see was looked through. */
  readonly isIncomplete: Signal<boolean>;
  /** More was found than is shown. */
  readonly hasMore: Signal<boolean>;
  /** Starts the warehouse, where searching needs it and the person agrees. */
  start(): Promise<void>;
}

/** Follows a text with a short pause, and asks for its newest state only. */
export function everythingSearch(text: Signal<string>): EverythingSearch {
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
  const answer = apiResource(searchEverything, () => {
    const q = settled();
    return q === '' ? undefined : { query: { q, limit: MOST_HITS, ...consent.options() } };
  });
  // What was found for the letters before stays while more are typed: rows that come and go cannot be aimed at.
  const shown = computed(() => (wanted() === '' ? undefined : answer.latest()));
  return {
    entries: computed(() => {
      const found = shown();
      if (found === undefined) return [];
      const { catalog, serving_endpoints, jobs } = found;
      return [
        ...servingEntries(serving_endpoints.items),
        ...jobEntries(jobs.items, Date.now()),
        ...hitEntries(catalog.items),
      ];
    }),
    isSearching: computed(() => wanted() !== '' && (answer.isLoading() || settled() !== wanted())),
    problem: computed(() => (wanted() === '' ? undefined : answer.problem())),
    unsearched: computed(() => unsearchedIn(shown())),
    isIncomplete: computed(() => shown()?.catalog.incomplete ?? false),
    hasMore: computed(() => Object.values(shown() ?? {}).some(({ has_more }) => has_more)),
    start: async () => {
      if (await consent.ask()) answer.reload();
    },
  };
}

/** Where there is no database there are no jobs: nothing is missed. */
const NO_JOBS = 'LAKEBASE_NOT_CONFIGURED';

export function unsearchedIn(
  found: { readonly [place in keyof EverythingFoundDto]: Pick<EverythingFoundDto[place], 'problem'> } | undefined,
): readonly Unsearched[] {
  if (found === undefined) return [];
  const places = [
    { what: $localize`The catalog`, problem: found.catalog.problem },
    { what: $localize`Serving endpoints`, problem: found.serving_endpoints.problem },
    { what: $localize`Jobs`, problem: found.jobs.problem },
  ];
  return places.flatMap(({ what, problem }) =>
    problem === null || problem.error_code === NO_JOBS
      ? []
      : [{ what, code: problem.error_code, detail: problem.detail }],
  );
}
