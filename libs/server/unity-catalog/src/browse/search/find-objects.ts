import { OBJECT_KINDS, type ObjectKind, type SearchHitDto } from './search.dto';
import type { CatalogObjects, SchemaObjects, VisibleObjects } from './visible-objects';

/** How well a name fits: the same, its beginning, or somewhere in it. */
const RANKS = 3;

/** Where the page before ended: rank, kind, and the names from the catalog down. */
export type SearchPosition = readonly [rank: number, kind: number, ...names: string[]];

export interface FoundObjects {
  readonly hits: SearchHitDto[];
  /** The last hit's place when there are more. */
  readonly next: SearchPosition | undefined;
}

export interface ObjectSearch {
  readonly text: string;
  readonly kinds: ReadonlySet<ObjectKind>;
  readonly limit: number;
  readonly after: SearchPosition | undefined;
}

/**
 * Looks a text up in the names: in those of the objects themselves, and in full names when it holds a dot. Best hits first, then by
 * kind and name: an order that stays when something is added, so pages go on where they ended.
 */
export function findObjects(objects: VisibleObjects, search: ObjectSearch): FoundObjects {
  const wanted = search.text.trim().toLowerCase();
  const hits = new HitCollector(search.limit, search.after);
  const rankOf = wanted.includes('.') ? fullNameRank(wanted) : nameRank(wanted);
  for (const catalog of sorted(objects.catalogs)) {
    if (search.kinds.has('catalog')) {
      hits.offer(rankOf(catalog.name, catalog.name), 'catalog', [catalog.name], catalog.comment);
    }
    for (const schema of sorted(catalog.schemas)) {
      const path = [catalog.name, schema.name];
      if (search.kinds.has('schema')) {
        hits.offer(rankOf(schema.name, path.join('.')), 'schema', path, schema.comment);
      }
      if (search.kinds.has('table')) lookInto('table', catalog, schema);
      if (search.kinds.has('volume')) lookInto('volume', catalog, schema);
    }
  }
  return hits.page();

  function lookInto(kind: 'table' | 'volume', catalog: CatalogObjects, schema: SchemaObjects): void {
    const block = kind === 'table' ? schema.tables : schema.volumes;
    const prefix = `${catalog.name}.${schema.name}.`;
    // A match ends in the name itself, or lies before it for all of them.
    const ending = wanted.slice(wanted.lastIndexOf('.') + 1);
    if (!block.mayHold(ending) && !prefix.toLowerCase().includes(wanted)) return;
    for (const name of block.names()) {
      hits.offer(rankOf(name, prefix + name), kind, [catalog.name, schema.name, name], undefined);
    }
  }
}

type RankOf = (name: string, fullName: string) => number | undefined;

function nameRank(wanted: string): RankOf {
  return (name) => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at < 0) return undefined;
    return at > 0 ? 2 : name.length === wanted.length ? 0 : 1;
  };
}

function fullNameRank(wanted: string): RankOf {
  return (_name, fullName) => {
    const lower = fullName.toLowerCase();
    const at = lower.indexOf(wanted);
    if (at < 0) return undefined;
    if (lower.length === wanted.length) return 0;
    return at === 0 || lower[at - 1] === '.' ? 1 : 2;
  };
}

/** Keeps of each rank and kind only what one page can hold: whatever matches, the work after it is small. */
class HitCollector {
  private readonly found = Array.from({ length: RANKS * OBJECT_KINDS.length }, (): SearchHitDto[] => []);

  constructor(
    private readonly limit: number,
    private readonly after: SearchPosition | undefined,
  ) {}

  /** Within a rank and a kind, in the order of the names. */
  offer(rank: number | undefined, kind: ObjectKind, names: readonly string[], comment: string | undefined): void {
    if (rank === undefined) return;
    const kindAt = OBJECT_KINDS.indexOf(kind);
    const place = this.found[rank * OBJECT_KINDS.length + kindAt];
    // One more than fits, which tells that there are more.
    if (place === undefined || place.length > this.limit) return;
    if (this.after !== undefined && !isAfter([rank, kindAt, ...names], this.after)) return;
    place.push(hitOf(kind, names, comment));
  }

  page(): FoundObjects {
    const all = this.found.flatMap((hits, at) => hits.map((hit) => ({ hit, at })));
    const taken = all.slice(0, this.limit);
    const last = taken.at(-1);
    const next = all.length > taken.length && last !== undefined ? positionOf(last.hit, last.at) : undefined;
    return { hits: taken.map(({ hit }) => hit), next };
  }
}

function positionOf(hit: SearchHitDto, at: number): SearchPosition {
  const kinds = OBJECT_KINDS.length;
  const names = [hit.catalog_name, hit.schema_name, hit.kind === 'schema' ? null : hit.name];
  const path = hit.kind === 'catalog' ? [hit.name] : names.filter((name) => name !== null);
  return [Math.floor(at / kinds), at % kinds, ...path];
}

function isAfter(place: SearchPosition, after: SearchPosition): boolean {
  for (const [index, part] of place.entries()) {
    const other = after[index];
    if (other === undefined) return true;
    if (part !== other) return part > other;
  }
  return false;
}

function hitOf(kind: ObjectKind, names: readonly string[], comment: string | undefined): SearchHitDto {
  return {
    kind,
    name: names.at(-1) ?? '',
    full_name: names.join('.'),
    catalog_name: names[0] ?? '',
    schema_name: names[1] ?? null,
    comment: comment ?? null,
  };
}

function sorted<T extends { readonly name: string }>(byName: ReadonlyMap<string, T>): T[] {
  return [...byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}
