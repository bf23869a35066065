import { computed, inject, Service } from '@angular/core';
import { partsOf } from '../files/volume-path';
import { s3Location } from '../s3/s3-location';
import { UsageEvents } from '../tracking/usage-events';
import { Preferences } from './preferences';

const PLACE_KINDS = ['delta', 'endpoint', 'files', 's3', 'table', 'volume'] as const;

/**
 * Something a person went to: a folder by its path, a table or volume of the catalog by its full name, a serving endpoint
 * by its name, and a table of the Delta Inspector by whichever of the first two it was opened with.
 */
export interface Place {
  readonly kind: (typeof PLACE_KINDS)[number];
  readonly path: string;
  /** The connection by which a path in S3 is reached. */
  readonly connection?: string;
}

const MOST_RECENT = 12;

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, path, connection } = value as Record<string, unknown>;
  const isConnection = connection === undefined || typeof connection === 'string';
  return PLACE_KINDS.some((known) => known === kind) && typeof path === 'string' && isConnection;
}

/** Whether two places are one; the same path by two connections are two. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.kind === b.kind && a.path === b.path && a.connection === b.connection;
}

function placesIn(value: unknown): readonly Place[] {
  return Array.isArray(value) ? value.filter(isPlace) : [];
}

/** By depth: `/Volumes/<catalog>/<schema>/<volume>`; what is below is a folder. */
const KINDS = ['volumes', 'catalog', 'schema', 'volume'];

/** What sort of thing it is; what it is called is left out. */
function kindOf({ kind, path }: Place): string {
  if (kind === 'delta' || kind === 'table') return 'table';
  if (kind === 'volume' || kind === 'endpoint') return kind;
  if (kind === 's3') return s3Location(path)?.prefix === '' ? 'bucket' : 'folder';
  return KINDS[partsOf(path).length] ?? 'folder';
}

/** Where somebody was lately, and which tables, volumes and endpoints they starred. */
@Service()
export class Places {
  private readonly preferences = inject(Preferences);
  private readonly usage = inject(UsageEvents);
  private last: Place | undefined;

  readonly recent = computed(() => placesIn(this.preferences.value('recent_items')));
  readonly favourites = computed(() => placesIn(this.preferences.value('favorite_tables')));

  visit(place: Place): void {
    // A reload of the same place is no new choice.
    if (!this.last || !isSamePlace(this.last, place)) {
      this.last = place;
      this.usage.record('data_source_selected', { metadata: { kind: kindOf(place) } });
    }
    this.preferences.change('recent_items', (before) =>
      [place, ...placesIn(before).filter((other) => !isSamePlace(other, place))].slice(0, MOST_RECENT),
    );
  }

  isFavourite(place: Place): boolean {
    return this.favourites().some((other) => isSamePlace(other, place));
  }

  toggleFavourite(place: Place): void {
    const starred = !this.isFavourite(place);
    this.usage.record('preference_changed', { elementId: 'favorite_tables' });
    this.preferences.change('favorite_tables', (before) => {
      const others = placesIn(before).filter((other) => !isSamePlace(other, place));
      return starred ? [place, ...others] : others;
    });
  }
}
