import { hitEntries, type PaletteEntry, paletteEntries, paletteGroups } from './palette-entries';

const pages = [
  { label: 'Home', link: '/', icon: 'home' },
  { label: 'Permissions', link: '/permissions', icon: 'key' },
] as const;
const nothing = { favourites: [], recent: [], pages };
const trips = { kind: 'delta', path: '/Volumes/c/s/v/trips' } as const;
const table = { kind: 'table', path: 'demo.lake.trips' } as const;
const hit = (path: readonly string[]): PaletteEntry => ({
  id: path.join('.'),
  group: 'Tables',
  label: path.at(-1) ?? '',
  hint: '',
  icon: 'table',
  commands: ['/catalog', ...path],
  query: {},
});

describe('paletteEntries', () => {
  it('offers a pasted path in Files and in the inspector, before anything else', () => {
    const [files, delta] = paletteEntries(' "/Volumes/c/s/v/" ', nothing);
    expect(files).toMatchObject({ commands: ['/files'], query: { path: '/Volumes/c/s/v' } });
    expect(delta).toMatchObject({ commands: ['/delta'], query: { path: '/Volumes/c/s/v' } });
  });

  it('finds pages and places by any part of their name', () => {
    expect(paletteEntries('TRIP', { ...nothing, recent: [trips] }).map(({ label }) => label)).toEqual([trips.path]);
    expect(paletteEntries('perm', nothing).map(({ id }) => id)).toEqual(['/permissions']);
    expect(paletteEntries('home', nothing).map(({ id }) => id)).toEqual(['/']);
  });

  it('shows a place once, as the favourite it is', () => {
    const entries = paletteEntries('trips', { ...nothing, favourites: [trips], recent: [trips] });
    expect(entries.map(({ group }) => group)).toEqual(['Favourites']);
  });

  it('puts what was found in the catalog last, without what is known already', () => {
    const found = [hit(['demo', 'lake', 'trips']), hit(['demo', 'lake', 'trips_old'])];
    const entries = paletteEntries('trips', { ...nothing, recent: [table], found });
    expect(entries.map(({ group, label }) => [group, label])).toEqual([
      ['Recent', 'demo.lake.trips'],
      ['Tables', 'trips_old'],
    ]);
  });

  it('leads to what was found, tables before volumes, schemas and catalogs', () => {
    const entries = hitEntries([
      { kind: 'catalog', name: 'air', full_name: 'air' },
      { kind: 'volume', name: 'air', full_name: 'demo.lake.air' },
      { kind: 'table', name: 'airports', full_name: 'demo.lake.airports' },
    ]);
    expect(entries).toMatchObject([
      { group: 'Tables', label: 'airports', hint: 'demo.lake', commands: ['/catalog', 'demo', 'lake', 'airports'] },
      { group: 'Volumes', commands: ['/catalog', 'demo', 'lake', 'air'], query: { kind: 'volume' } },
      { group: 'Catalogs', hint: '', commands: ['/catalog', 'air'] },
    ]);
  });

  it('stands under headings, counted through from the first to the last', () => {
    const entries = paletteEntries('', { ...nothing, favourites: [table], recent: [trips] });
    const groups = paletteGroups(entries);
    expect(groups.map(({ title }) => title)).toEqual(['Favourites', 'Recent', 'Pages']);
    expect(groups.flatMap((group) => group.entries.map(({ index }) => index))).toEqual(
      entries.map((_, index) => index),
    );
  });
});
