import { SecurableIndex, type CatalogChange } from './securable-index';
import { levelsTo, nameOf, parentOf, type Grant, type Securable, type SecurableName } from './securables';

const TYPES = ['CATALOG', 'SCHEMA', 'VOLUME', 'TABLE'] as const;

/** The same numbers for the same seed: the minimal standard generator of Park and Miller. */
class Numbers {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}

/** The same rules, as slow and plain as they can be said. */
class Model {
  securables: Securable[] = [];
  grants: Grant[] = [];

  apply(change: CatalogChange): void {
    if ('put' in change) {
      const { put } = change;
      this.securables = [...this.securables.filter((one) => !same(one, put)), put];
    } else if ('drop' in change) {
      this.securables = this.securables.filter((one) => !within(one, change.drop));
      this.grants = this.grants.filter((one) => !within(one, change.drop));
    } else if ('rename' in change) {
      const { rename } = change;
      const renamed = <Item extends SecurableName>(one: Item): Item =>
        within(one, rename) ? { ...one, fullName: rename.to + one.fullName.slice(rename.fullName.length) } : one;
      this.securables = this.securables.map((one) => {
        const folder = one.type === 'VOLUME' && within(one, rename) ? { folder: one.folder ?? folderOf(one) } : {};
        return { ...renamed(one), ...folder };
      });
      this.grants = this.grants.map(renamed);
    } else {
      const { grant } = change;
      this.grants = this.grants.filter((one) => !same(one, grant) || one.principal !== grant.principal);
      if (grant.privileges.length > 0) this.grants.push(grant);
    }
  }
}

function same(one: SecurableName, other: SecurableName): boolean {
  return one.type === other.type && one.fullName === other.fullName;
}

function within(one: SecurableName, name: SecurableName): boolean {
  const below = levelsTo(name.type).length < levelsTo(one.type).length && one.fullName.startsWith(`${name.fullName}.`);
  return same(one, name) || below;
}

function folderOf({ fullName }: Securable): string {
  return fullName.replaceAll('.', '/');
}

function byName(one: { fullName: string; type: string }, other: { fullName: string; type: string }): number {
  return `${one.type} ${one.fullName}` < `${other.type} ${other.fullName}` ? -1 : 1;
}

describe('the index of securables', () => {
  it.each([1, 2, 3, 4, 5])('says after any changes what plain lists say (seed %d)', (seed) => {
    const numbers = new Numbers(seed);
    const [index, model] = [new SecurableIndex(), new Model()];
    const part = () => numbers.pick(['a', 'ab', 'b', 'b_1', 'z']);
    for (let step = 0; step < 1500; step += 1) {
      const type = numbers.pick(TYPES);
      const fullName = levelsTo(type).map(part).join('.');
      const known = index.find(type, fullName);
      const kind = numbers.below(10);
      let change: CatalogChange;
      if (kind < 6) {
        const parentThere =
          type === 'CATALOG' || model.securables.some((one) => one.fullName === parentOf({ fullName }));
        if (!parentThere) continue;
        const id = known?.id ?? String(step);
        change = {
          put: { ...known, type, fullName, id, comment: String(step), owner: 'o', createdAt: step, createdBy: 'o' },
        };
      } else if (kind === 6) change = { drop: { type, fullName } };
      else if (known === undefined) continue;
      else if (kind === 7) {
        const parent = parentOf(known);
        const to = parent === '' ? part() : `${parent}.${part()}`;
        if (index.find(type, to) !== undefined) continue;
        change = { rename: { type, fullName, to } };
      } else {
        const privileges = numbers.below(3) === 0 ? [] : (['SELECT'] as const);
        change = { grant: { type, fullName, principal: numbers.pick(['x', 'y']), privileges } };
      }
      index.apply(change);
      model.apply(change);
    }

    const contents = [...index.contents()];
    const securables = contents.flatMap((change) => ('put' in change ? [change.put] : []));
    const grants = contents.flatMap((change) => ('grant' in change ? [change.grant] : []));
    expect(index.size).toBe(securables.length + new Set(grants.map((one) => `${one.type} ${one.fullName}`)).size);
    expect([...securables].sort(byName)).toEqual([...model.securables].sort(byName));
    const principal = (one: Grant, other: Grant) => byName(one, other) || 0;
    const text = (list: readonly Grant[]) => list.map((grant) => JSON.stringify(grant)).sort();
    expect(text([...grants].sort(principal))).toEqual(text([...model.grants].sort(principal)));
    expect(model.securables.length).toBeGreaterThan(10);
    for (const one of model.securables) {
      expect(index.find(one.type, one.fullName.toUpperCase())).toEqual(one);
      expect(index.findById(one.id)).toEqual(one);
    }
    for (const parent of ['', 'a', 'a.ab', 'b.z']) {
      for (const type of TYPES) {
        const expected = model.securables
          .filter((one) => one.type === type && parentOf(one) === parent)
          .map(nameOf)
          .sort();
        expect(index.children(type, parent).map(nameOf)).toEqual(expected);
        const paged: string[] = [];
        for (let more = true; more;) {
          const page = index.page(type, parent, paged.at(-1), 2);
          paged.push(...page.items.map(nameOf));
          ({ more } = page);
        }
        expect(paged).toEqual(expected);
      }
    }
  });
});
