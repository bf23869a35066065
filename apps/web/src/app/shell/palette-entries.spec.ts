import { paletteEntries } from './palette-entries';

const pages = [
  { label: 'Home', link: '/', icon: 'home' },
  { label: 'Permissions', link: '/permissions', icon: 'key' },
] as const;
const nothing = { favourites: [], recent: [], pages };
const trips = { kind: 'delta', path: '/Volumes/c/s/v/trips' } as const;

describe('paletteEntries', () => {
  it('offers a pasted path in Files and in the inspector, before anything else', () => {
    const [files, delta] = paletteEntries(' "/Volumes/c/s/v/" ', nothing);
    expect(files).toMatchObject({ link: '/files', query: { path: '/Volumes/c/s/v' } });
    expect(delta).toMatchObject({ link: '/delta', query: { path: '/Volumes/c/s/v' } });
  });

  it('finds pages and places by any part of their name', () => {
    expect(paletteEntries('TRIP', { ...nothing, recent: [trips] }).map(({ label }) => label)).toEqual([trips.path]);
    expect(paletteEntries('perm', nothing).map(({ link }) => link)).toEqual(['/permissions']);
    expect(paletteEntries('home', nothing).map(({ link }) => link)).toEqual(['/']);
  });

  it('shows a place once, as the favourite it is', () => {
    const entries = paletteEntries('trips', { ...nothing, favourites: [trips], recent: [trips] });
    expect(entries.map(({ hint }) => hint)).toEqual(['Favourite']);
  });
});
