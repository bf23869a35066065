import { computed, inject, Service } from '@angular/core';
import { type Choice, Preferences } from '../../preferences/preferences';
import { type SentFilter } from '../../filters/sent-filter';

/** A query that somebody keeps under a name of their own. */
export interface SavedQuery {
  readonly name: string;
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Null means all. */
  readonly columns: readonly string[] | null;
  readonly filters: readonly SentFilter[];
  readonly order_by: readonly { readonly column: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
}

const PREFERENCE = 'saved_queries';
/** What the preference holds at most. */
export const MOST_SAVED = 100;

function isSaved(value: unknown): value is SavedQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { name, catalog, schema, table, columns, filters, order_by, limit } = value as Record<string, unknown>;
  return (
    [name, catalog, schema, table].every((text) => typeof text === 'string') &&
    (columns === null || columns === undefined || Array.isArray(columns)) &&
    Array.isArray(filters) &&
    Array.isArray(order_by) &&
    typeof limit === 'number'
  );
}

const savedIn = (value: unknown): readonly SavedQuery[] => (Array.isArray(value) ? value.filter(isSaved) : []);

/**
 * The queries a person keeps. Each change is made to what is stored, so that what another tab or device has saved meanwhile
 * stays.
 */
@Service()
export class SavedQueries {
  private readonly preferences = inject(Preferences);

  readonly all = computed(() => savedIn(this.preferences.value(PREFERENCE)));

  has(name: string): boolean {
    return this.all().some((query) => query.name === name);
  }

  /** Keeps a query; one of the same name gives way. */
  save(query: SavedQuery): void {
    this.change((before) => [query, ...before.filter(({ name }) => name !== query.name)].slice(0, MOST_SAVED));
  }

  /** Gives a query another name; one that had it gives way. */
  rename(from: string, to: string): void {
    this.change((before) =>
      before
        .filter(({ name }) => name === from || name !== to)
        .map((query) => (query.name === from ? { ...query, name: to } : query)),
    );
  }

  remove(name: string): void {
    this.change((before) => before.filter((query) => query.name !== name));
  }

  private change(apply: (before: readonly SavedQuery[]) => readonly SavedQuery[]): void {
    this.preferences.change(PREFERENCE, (before) => apply(savedIn(before)) as unknown as Choice);
  }
}
