import { type Params, type UrlTree } from '@angular/router';

/** What an object of a schema is. A table and a volume may share a name, so the address of a volume says that it is one. */
export type ObjectKind = 'table' | 'volume';

/** Where somebody is in Unity Catalog: no name is the metastore, then catalog, schema, and an object of the schema. */
export interface CatalogPlace {
  readonly names: readonly string[];
  readonly kind?: ObjectKind | undefined;
}

/** What a router link takes. */
export interface CatalogLink {
  readonly commands: readonly string[];
  readonly query: Params;
}

const ROOT = 'catalog';

export function linkTo({ names, kind }: CatalogPlace): CatalogLink {
  return { commands: [`/${ROOT}`, ...names], query: kind === 'volume' ? { kind } : {} };
}

/** The address of a place that has no query, as text. */
export function urlOf(names: readonly string[]): string {
  return [`/${ROOT}`, ...names.map(encodeURIComponent)].join('/');
}

/** The place of an address; undefined outside of the Catalog pages. */
export function placeOf(url: UrlTree): CatalogPlace | undefined {
  const [first, ...rest] = (url.root.children['primary']?.segments ?? []).map(({ path }) => path);
  if (first !== ROOT) return undefined;
  // What comes behind an object is a page about it.
  const names = rest.slice(0, 3);
  return { names, kind: kindOf(names, url.queryParams['kind']) };
}

/** Unknown words in a shared link are as if they were not there. */
export function kindOf(names: readonly string[], text: unknown): ObjectKind | undefined {
  if (names.length < 3) return undefined;
  return text === 'volume' ? 'volume' : 'table';
}

/** Catalog, schema and object joined by dots, as Unity Catalog writes it; names hold no dots. */
export function fullName(names: readonly string[]): string {
  return names.join('.');
}

/** One of all places: what tells it from every other one. */
export function keyOf({ names, kind }: CatalogPlace): string {
  return names.join('/') + (kind === 'volume' ? '?volume' : '');
}
