import { type Params } from '@angular/router';
import { type IconName } from '@lakescope/web-ui';
import { volumePath } from '../files/volume-path';
import { type Place } from '../preferences/places';
import { type Page } from './navigation';

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly link: string;
  readonly query?: Params;
  readonly isExternal?: boolean;
}

function placeEntry(place: Place, hint: string): PaletteEntry {
  return {
    id: `${hint}:${place.kind}:${place.path}`,
    label: place.path,
    hint,
    icon: place.kind === 'delta' ? 'delta' : 'folder',
    link: `/${place.kind}`,
    query: { path: place.path },
  };
}

/** What the palette offers for a text: a pasted path first, then favourites, recent places and pages that match. */
export function paletteEntries(
  text: string,
  {
    favourites,
    recent,
    pages,
  }: { readonly favourites: readonly Place[]; readonly recent: readonly Place[]; readonly pages: readonly Page[] },
): readonly PaletteEntry[] {
  const path = volumePath(text);
  const pasted: PaletteEntry[] =
    path === undefined
      ? []
      : [
          {
            id: 'pasted-files',
            label: path,
            hint: $localize`Open in Files`,
            icon: 'folder',
            link: '/files',
            query: { path },
          },
          {
            id: 'pasted-delta',
            label: path,
            hint: $localize`Inspect as Delta table`,
            icon: 'delta',
            link: '/delta',
            query: { path },
          },
        ];
  const anywhere: PaletteEntry[] = [
    ...pages.map(({ label, link, icon }) => ({ id: link, label, link, icon, hint: $localize`Page` })),
    { id: '/docs', label: $localize`API docs`, hint: $localize`Page`, icon: 'api', link: '/docs', isExternal: true },
  ];
  const starred = favourites.map((place) => placeEntry(place, $localize`Favourite`));
  const lately = recent
    .filter((place) => !favourites.some((other) => other.kind === place.kind && other.path === place.path))
    .map((place) => placeEntry(place, $localize`Recent`));
  const wanted = text.trim().toLowerCase();
  const known = [...starred, ...lately, ...anywhere].filter(({ label }) => label.toLowerCase().includes(wanted));
  return [...pasted, ...known];
}
