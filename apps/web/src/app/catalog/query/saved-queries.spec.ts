import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Preferences } from '../../preferences/preferences';
import { SavedQueries, type SavedQuery } from './saved-queries';

const query = (name: string, limit = 100): SavedQuery => ({
  name,
  catalog: 'demo',
  schema: 'lake',
  table: 'airports',
  columns: null,
  filters: [{ column: 'state', op: '=', value: 'CA' }],
  order_by: [],
  limit,
});

/** What is stored, and another tab's way to it. */
class StoredPreferences {
  readonly stored = signal<unknown>(undefined);

  value(): unknown {
    return this.stored();
  }

  change(_key: string, apply: (before: unknown) => unknown): void {
    this.stored.set(apply(this.stored()));
  }
}

describe('SavedQueries', () => {
  let preferences: StoredPreferences;
  let saved: SavedQueries;
  const names = () => saved.all().map(({ name }) => name);

  beforeEach(() => {
    preferences = new StoredPreferences();
    TestBed.configureTestingModule({ providers: [{ provide: Preferences, useValue: preferences }] });
    saved = TestBed.inject(SavedQueries);
  });

  it('keeps the newest first, and one of each name', () => {
    saved.save(query('a'));
    saved.save(query('b'));
    saved.save(query('a', 500));
    expect(names()).toEqual(['a', 'b']);
    expect(saved.all()[0]?.limit).toBe(500);
  });

  it('renames where it stands; the one that had the name gives way', () => {
    for (const name of ['c', 'b', 'a']) saved.save(query(name));
    saved.rename('b', 'c');
    expect(names()).toEqual(['a', 'c']);
    saved.rename('c', 'c');
    expect(names()).toEqual(['a', 'c']);
  });

  it('deletes by name', () => {
    saved.save(query('a'));
    saved.remove('a');
    expect(names()).toEqual([]);
  });

  it('changes what another tab has stored meanwhile, and loses none of it', () => {
    saved.save(query('mine'));
    preferences.stored.update((before) => [query('theirs'), ...(before as SavedQuery[])]);
    saved.remove('mine');
    expect(names()).toEqual(['theirs']);
  });

  it('ignores what is no query', () => {
    preferences.stored.set([null, 'text', { name: 'half' }, query('whole')]);
    expect(names()).toEqual(['whole']);
    preferences.stored.set('nothing of ours');
    expect(names()).toEqual([]);
  });
});
