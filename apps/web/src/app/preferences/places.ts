import { computed, inject, Service } from '@angular/core';
import { Preferences } from './preferences';

/** Something a person went to: a Delta table or a folder. */
export interface Place {
  readonly kind: 'delta' | 'files';
  readonly path: string;
}

const MOST_RECENT = 12;

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, path } = value as Record<string, unknown>;
  return (kind === 'delta' || kind === 'files') && typeof path === 'string';
}

const same = (a: Place, b: Place): boolean => a.kind === b.kind && a.path === b.path;

function placesIn(value: unknown): readonly Place[] {
  return Array.isArray(value) ? value.filter(isPlace) : [];
}

/** Where somebody was lately, and which tables they starred. */
@Service()
export class Places {
  private readonly preferences = inject(Preferences);

  readonly recent = computed(() => placesIn(this.preferences.value('recent_items')));
  readonly favourites = computed(() => placesIn(this.preferences.value('favorite_tables')));

  visit(place: Place): void {
    this.preferences.change('recent_items', (before) =>
      [place, ...placesIn(before).filter((other) => !same(other, place))].slice(0, MOST_RECENT),
    );
  }

  isFavourite(place: Place): boolean {
    return this.favourites().some((other) => same(other, place));
  }

  toggleFavourite(place: Place): void {
    const starred = !this.isFavourite(place);
    this.preferences.change('favorite_tables', (before) => {
      const others = placesIn(before).filter((other) => !same(other, place));
      return starred ? [place, ...others] : others;
    });
  }
}
