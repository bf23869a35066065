import {
  holdsOthers,
  levelsTo,
  parentOf,
  SECURABLE_TYPES,
  type Grant,
  type Securable,
  type SecurableName,
  type SecurableType,
} from './securables';

/**
 * One step from a state of the metastore to the next. `drop` and `rename` take along what lies below and what is granted
 * on it. A grant replaces what the principal held on the securable; without privileges it is gone.
 */
export type CatalogChange =
  | { readonly put: Securable }
  | { readonly drop: SecurableName }
  | { readonly rename: SecurableName & { readonly to: string } }
  | { readonly grant: Grant };

/** Everything in Unity Catalog, in memory, found by name, by id and in the order of lists. */
export class SecurableIndex {
  private readonly byName = perType<Securable>();
  private readonly byId = new Map<string, Securable>();
  /** By parent, ordered by name. */
  private readonly lists = perType<Securable[]>();
  private readonly grants = new Map<string, readonly Grant[]>();

  apply(change: CatalogChange): void {
    if ('put' in change) this.put(change.put);
    else if ('drop' in change) this.drop(change.drop);
    else if ('rename' in change) this.rename(change.rename, change.rename.to);
    else this.hold(change.grant);
  }

  find(type: SecurableType, fullName: string): Securable | undefined {
    return this.byName[type].get(fullName.toLowerCase());
  }

  findById(id: string): Securable | undefined {
    return this.byId.get(id);
  }

  /** Direct children (of nothing: the catalogs), ordered by name. The list is the index's own: not to be kept. */
  children(type: SecurableType, parent = ''): readonly Securable[] {
    return this.lists[type].get(parent.toLowerCase()) ?? [];
  }

  /** At most `limit` children after a name; `more` when there are further ones. */
  page(
    type: SecurableType,
    parent: string | undefined,
    after: string | undefined,
    limit: number,
  ): { readonly items: readonly Securable[]; readonly more: boolean } {
    const list = this.children(type, parent);
    const [first] = list;
    const parentName = first === undefined ? '' : parentOf(first);
    const start = after === undefined ? 0 : placeAfter(list, parentName === '' ? after : `${parentName}.${after}`);
    return { items: list.slice(start, start + limit), more: list.length > start + limit };
  }

  /** What is granted on a securable itself. */
  grantsOn({ type, fullName }: SecurableName): readonly Grant[] {
    return this.grants.get(keyOf(type, fullName)) ?? [];
  }

  /** All of a type, ordered by parent as it came, then by name. */
  *all(type: SecurableType): Iterable<Securable> {
    for (const list of this.lists[type].values()) yield* list;
  }

  /** How much there is of everything. */
  get size(): number {
    const securables = SECURABLE_TYPES.reduce((sum, type) => sum + this.byName[type].size, 0);
    return securables + this.grants.size;
  }

  /** What makes an empty index this one. */
  *contents(): Iterable<CatalogChange> {
    for (const type of SECURABLE_TYPES) for (const put of this.all(type)) yield { put };
    for (const grants of this.grants.values()) for (const grant of grants) yield { grant };
  }

  private put(securable: Securable): void {
    const { type, fullName, id } = securable;
    const list = this.listOf(securable);
    const place = placeAfter(list, fullName);
    const replaced = list[place - 1];
    if (replaced?.fullName === fullName) {
      list[place - 1] = securable;
      this.byId.delete(replaced.id);
    } else if (place === list.length) list.push(securable);
    else list.splice(place, 0, securable);
    this.byName[type].set(fullName, securable);
    this.byId.set(id, securable);
  }

  private drop(name: SecurableName): void {
    // From the end, where taking something out of a list moves nothing.
    for (const child of [...this.below(name)].reverse()) this.drop(child);
    const found = this.find(name.type, name.fullName);
    if (found === undefined) return;
    const list = this.listOf(found);
    list.splice(placeAfter(list, found.fullName) - 1, 1);
    this.byName[found.type].delete(found.fullName);
    this.byId.delete(found.id);
    this.grants.delete(keyOf(found.type, found.fullName));
  }

  private rename(name: SecurableName, to: string): void {
    const renamed = this.find(name.type, name.fullName);
    if (renamed === undefined) return;
    const moved = this.tree(renamed).map((securable) => ({ securable, grants: this.grantsOn(securable) }));
    this.drop(renamed);
    for (const { securable, grants } of moved) {
      const fullName = `${to}${securable.fullName.slice(renamed.fullName.length)}`;
      const folder = securable.type === 'VOLUME' ? { folder: folderOf(securable) } : {};
      this.put({ ...securable, ...folder, fullName });
      for (const grant of grants) this.hold({ ...grant, fullName });
    }
  }

  private listOf(securable: Securable): Securable[] {
    const lists = this.lists[securable.type];
    const parent = parentOf(securable);
    const known = lists.get(parent);
    if (known !== undefined) return known;
    const list: Securable[] = [];
    lists.set(parent, list);
    return list;
  }

  private hold(grant: Grant): void {
    const key = keyOf(grant.type, grant.fullName);
    const others = (this.grants.get(key) ?? []).filter(({ principal }) => principal !== grant.principal);
    const held = grant.privileges.length === 0 ? others : [...others, grant];
    if (held.length === 0) this.grants.delete(key);
    else this.grants.set(key, held);
  }

  /** It and everything below it, parents first. */
  private tree(securable: Securable): readonly Securable[] {
    return [securable, ...this.below(securable).flatMap((child) => this.tree(child))];
  }

  private below({ type, fullName }: SecurableName): readonly Securable[] {
    if (!holdsOthers(type)) return [];
    const depth = levelsTo(type).length;
    return SECURABLE_TYPES.filter((child) => levelsTo(child).length === depth + 1).flatMap((child) => [
      ...this.children(child, fullName),
    ]);
  }
}

/** The folder of a volume, below the volumes' one. */
export function folderOf(volume: Securable): string {
  return volume.folder ?? volume.fullName.replaceAll('.', '/');
}

function keyOf(type: SecurableType, fullName: string): string {
  return `${type} ${fullName}`;
}

function perType<Value>(): Readonly<Record<SecurableType, Map<string, Value>>> {
  const entries = SECURABLE_TYPES.map((type) => [type, new Map<string, Value>()] as const);
  return Object.fromEntries(entries) as Record<SecurableType, Map<string, Value>>;
}

/** Where in an ordered list what comes after a full name begins. All of a list have the same parent, so names decide. */
function placeAfter(list: readonly Securable[], fullName: string): number {
  const last = list.at(-1);
  // A journal tells what came first to last, and mostly in order.
  if (last === undefined || last.fullName <= fullName) return list.length;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = list[middle];
    if (at !== undefined && at.fullName <= fullName) low = middle + 1;
    else high = middle;
  }
  return low;
}
