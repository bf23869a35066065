import type { DirectoryDocument, StoredGroup, StoredPrincipal } from '../state/directory-document';
import type { JsonDocument } from '../state/json-document';
import { newNumericId } from '../state/numeric-id';

/** The group whose members are workspace admins. */
export const ADMINS = 'admins';

/** A group somebody belongs to, directly or because a group of his belongs to it. */
export interface Membership {
  readonly group: Pick<StoredGroup, 'id' | 'displayName'>;
  readonly direct: boolean;
}

/** Somebody who can hold a token. `name` is what grants, tokens and Postgres roles say: user name or client id. */
export interface Principal {
  readonly kind: 'user' | 'service_principal';
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  /** Deactivated principals stay known, but none of their tokens is valid. */
  readonly active: boolean;
  readonly entitlements: readonly string[];
  readonly memberships: readonly Membership[];
  /** Names of all groups of `memberships`: what rights are decided by. */
  readonly groups: readonly string[];
}

export interface Member {
  readonly id: string;
  readonly displayName: string;
  readonly kind: Principal['kind'] | 'group';
}

export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly Member[];
}

/** The name is taken: by whatever kind of principal, because rights, tokens and Postgres roles know only the name. */
export class DirectoryConflict extends Error {
  override readonly name = 'DirectoryConflict';
}

/** A group was to contain somebody who does not exist. */
export class UnknownMember extends Error {
  override readonly name = 'UnknownMember';
}

interface Index {
  readonly principals: readonly Principal[];
  readonly groups: readonly Group[];
  readonly byName: ReadonlyMap<string, Principal>;
}

/** Who exists in the workspace. Every change is seen by the next request and survives a restart. */
export class Directory {
  private built: { readonly content: DirectoryDocument; readonly index: Index } | undefined;

  constructor(private readonly document: JsonDocument<DirectoryDocument>) {}

  get users(): readonly Principal[] {
    return this.index.principals.filter(({ kind }) => kind === 'user');
  }

  get servicePrincipals(): readonly Principal[] {
    return this.index.principals.filter(({ kind }) => kind === 'service_principal');
  }

  get groups(): readonly Group[] {
    return this.index.groups;
  }

  find(name: string): Principal | undefined {
    return this.index.byName.get(name);
  }

  /** Adds a user or service principal, or replaces the one with this id. */
  async savePrincipal(principal: StoredPrincipal): Promise<void> {
    const { principals, groups } = this.document.read();
    const others = principals.filter(({ id }) => id !== principal.id);
    const name = principal.name.toLowerCase();
    if (others.some((other) => other.name.toLowerCase() === name)) {
      throw new DirectoryConflict(`${principal.name} already exists`);
    }
    const at = principals.findIndex(({ id }) => id === principal.id);
    const saved = at < 0 ? [...principals, principal] : principals.with(at, principal);
    await this.document.write({ principals: saved, groups });
  }

  /** Adds a group, or replaces the one with this id. */
  async saveGroup(group: StoredGroup): Promise<void> {
    const { principals, groups } = this.document.read();
    if (groups.some(({ id, displayName }) => id !== group.id && displayName === group.displayName)) {
      throw new DirectoryConflict(`Group ${group.displayName} already exists`);
    }
    const known = new Set([...principals, ...groups].map(({ id }) => id));
    const unknown = group.memberIds.find((id) => !known.has(id));
    if (unknown !== undefined) throw new UnknownMember(`There is no member with id ${unknown}`);
    const saved = { ...group, memberIds: [...new Set(group.memberIds)] };
    const at = groups.findIndex(({ id }) => id === group.id);
    await this.document.write({ principals, groups: at < 0 ? [...groups, saved] : groups.with(at, saved) });
  }

  /** Removes a user, service principal or group, also from the groups it belonged to. */
  async remove(removed: string): Promise<void> {
    const { principals, groups } = this.document.read();
    await this.document.write({
      principals: principals.filter(({ id }) => id !== removed),
      groups: groups
        .filter(({ id }) => id !== removed)
        .map((group) => ({ ...group, memberIds: group.memberIds.filter((id) => id !== removed) })),
    });
  }

  /** Makes these, and no others, the groups somebody belongs to directly; groups that are not there are created. */
  async setGroups(principal: Principal, names: readonly string[]): Promise<void> {
    const { principals, groups } = this.document.read();
    const wanted = new Set(names);
    const known = new Set(groups.map(({ displayName }) => displayName));
    const fresh = [...wanted].filter((name) => !known.has(name));
    const all = [...groups, ...fresh.map((displayName) => ({ id: newNumericId(), displayName, memberIds: [] }))];
    await this.document.write({
      principals,
      groups: all.map((group) => {
        const others = group.memberIds.filter((id) => id !== principal.id);
        return { ...group, memberIds: wanted.has(group.displayName) ? [...others, principal.id] : others };
      }),
    });
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  private get index(): Index {
    const content = this.document.read();
    if (this.built?.content !== content) this.built = { content, index: indexOf(content) };
    return this.built.index;
  }
}

function indexOf({ principals: stored, groups }: DirectoryDocument): Index {
  const parents = new Map<string, StoredGroup[]>();
  for (const group of groups) {
    for (const id of group.memberIds) {
      const of = parents.get(id);
      if (of === undefined) parents.set(id, [group]);
      else of.push(group);
    }
  }
  const principals = stored.map((principal): Principal => {
    const memberships = membershipsOf(principal.id, parents);
    const { givenName, familyName } = principal;
    const names = memberships.map(({ group }) => group.displayName);
    return { ...principal, givenName, familyName, memberships, groups: names };
  });
  const members = new Map<string, Member>([
    ...principals.map(({ id, displayName, kind }): [string, Member] => [id, { id, displayName, kind }]),
    ...groups.map(({ id, displayName }): [string, Member] => [id, { id, displayName, kind: 'group' }]),
  ]);
  return {
    principals,
    groups: groups.map(({ id, displayName, memberIds }) => ({
      id,
      displayName,
      members: memberIds.flatMap((memberId) => members.get(memberId) ?? []),
    })),
    byName: new Map(principals.map((principal) => [principal.name, principal])),
  };
}

/** Groups may contain groups, even each other. */
function membershipsOf(id: string, parents: ReadonlyMap<string, readonly StoredGroup[]>): Membership[] {
  const direct = parents.get(id) ?? [];
  const seen = new Set(direct.map((group) => group.id));
  const found: Membership[] = direct.map((group) => ({ group, direct: true }));
  for (const { group } of found) {
    for (const parent of parents.get(group.id) ?? []) {
      if (seen.has(parent.id)) continue;
      seen.add(parent.id);
      found.push({ group: parent, direct: false });
    }
  }
  return found;
}
