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

/** Where somebody was lately, and which tables they starred. */
@Service()
export class Places {
  private readonly preferences = inject(Preferences);

  readonly recent = computed(() => this.read('recent_items'));
  readonly favourites = computed(() => this.read('favorite_tables'));

  visit(place: Place): void {
    const others = this.recent().filter((other) => !same(other, place));
    this.preferences.choose('recent_items', [place, ...others].slice(0, MOST_RECENT));
  }

  isFavourite(place: Place): boolean {
    return this.favourites().some((other) => same(other, place));
  }

  toggleFavourite(place: Place): void {
    const others = this.favourites().filter((other) => !same(other, place));
    this.preferences.choose('favorite_tables', this.isFavourite(place) ? others : [place, ...others]);
  }

  private read(key: string): readonly Place[] {
    const value = this.preferences.value(key);
    return Array.isArray(value) ? value.filter(isPlace) : [];
  }
}
