import { type Params } from '@angular/router';
import { type SearchHitDto } from '@lakescope/web-api';
import { type IconName } from '@lakescope/web-ui';
import { linkTo } from '../catalog/catalog-place';
import { volumePath } from '../files/volume-path';
import { placeView } from '../preferences/place-view';
import { isSamePlace, type Place } from '../preferences/places';
import { type Page } from './navigation';

export interface PaletteEntry {
  readonly id: string;
  /** What it stands under. Those of a group follow each other. */
  readonly group: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly hint: string;
  readonly icon: IconName;
  readonly commands: readonly string[];
  readonly query: Params;
  readonly isExternal?: boolean;
}

/** Entries that stand together, with their places in the whole list. */
export interface PaletteGroup {
  readonly title: string;
  readonly entries: readonly (PaletteEntry & { readonly index: number })[];
}

function placeEntry(place: Place, group: string): PaletteEntry {
  const { whole, icon, commands, query } = placeView(place);
  return { id: `${group}:${JSON.stringify(place)}`, group, label: whole, hint: '', icon, commands, query };
}

function pageEntry({ label, link, icon }: Page): PaletteEntry {
  return { id: link, group: $localize`Pages`, label, hint: '', icon, commands: [link], query: {} };
}

function pastedEntries(path: string): readonly PaletteEntry[] {
  const group = $localize`This path`;
  const query = { path };
  return [
    {
      id: 'pasted-files',
      group,
      label: path,
      hint: $localize`Open in Files`,
      icon: 'folder',
      commands: ['/files'],
      query,
    },
    {
      id: 'pasted-delta',
      group,
      label: path,
      hint: $localize`Inspect as Delta table`,
      icon: 'delta',
      commands: ['/delta'],
      query,
    },
  ];
}

/**
 * What the palette offers for a text: a pasted path first, then favourites, recent places and pages that match, then what
 * was found in the catalog and is not among them.
 */
export function paletteEntries(
  text: string,
  {
    favourites,
    recent,
    pages,
    inS3 = [],
    found = [],
  }: {
    readonly favourites: readonly Place[];
    readonly recent: readonly Place[];
    readonly pages: readonly Page[];
    /** Where a path in S3 leads, or which connections are meant. */
    readonly inS3?: readonly PaletteEntry[];
    readonly found?: readonly PaletteEntry[];
  },
): readonly PaletteEntry[] {
  const path = volumePath(text);
  const docs: PaletteEntry = {
    ...pageEntry({ label: $localize`API docs`, link: '/docs', icon: 'api' }),
    isExternal: true,
  };
  const starred = favourites.map((place) => placeEntry(place, $localize`Favourites`));
  const lately = recent
    .filter((place) => !favourites.some((other) => isSamePlace(other, place)))
    .map((place) => placeEntry(place, $localize`Recent`));
  const wanted = text.trim().toLowerCase();
  const known = [...starred, ...lately, ...pages.map(pageEntry), docs].filter(({ label }) =>
    label.toLowerCase().includes(wanted),
  );
  const places = new Set(known.map(whereTo));
  return [
    ...(path === undefined ? [] : pastedEntries(path)),
    ...inS3,
    ...known,
    ...found.filter((entry) => !places.has(whereTo(entry))),
  ];
}

type Hit = Pick<SearchHitDto, 'kind' | 'name' | 'full_name'>;

/** In this order; the best of each kind first, as they came. */
const HIT_GROUPS: readonly { kind: Hit['kind']; title: string; icon: IconName }[] = [
  { kind: 'table', title: $localize`Tables`, icon: 'table' },
  { kind: 'volume', title: $localize`Volumes`, icon: 'volume' },
  { kind: 'schema', title: $localize`Schemas`, icon: 'schema' },
  { kind: 'catalog', title: $localize`Catalogs`, icon: 'catalog' },
];

/** What a search found, by kind. */
export function hitEntries(hits: readonly Hit[]): readonly PaletteEntry[] {
  return HIT_GROUPS.flatMap(({ kind, title, icon }) =>
    hits
      .filter((hit) => hit.kind === kind)
      .map(({ name, full_name }) => {
        const names = full_name.split('.');
        const place = linkTo({ names, kind: kind === 'volume' ? 'volume' : undefined });
        return {
          id: `${kind}:${full_name}`,
          group: title,
          label: name,
          hint: names.slice(0, -1).join('.'),
          icon,
          ...place,
        };
      }),
  );
}

function whereTo({ commands, query }: PaletteEntry): string {
  return JSON.stringify([commands, query]);
}

/** The entries under their headings. */
export function paletteGroups(entries: readonly PaletteEntry[]): readonly PaletteGroup[] {
  const groups: { title: string; entries: (PaletteEntry & { index: number })[] }[] = [];
  entries.forEach((entry, index) => {
    const last = groups.at(-1);
    if (last?.title === entry.group) last.entries.push({ ...entry, index });
    else groups.push({ title: entry.group, entries: [{ ...entry, index }] });
  });
  return groups;
}
