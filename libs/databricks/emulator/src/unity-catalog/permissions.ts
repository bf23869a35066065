import type {
  EffectivePermissionsList,
  EffectivePrivilege,
  PermissionsList,
  UpdatePermissionsRequest,
} from '@lakescope/databricks-wire';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Directory, Principal } from '../identity/directory';
import type { Metastore } from './metastore';
import { isApplicable, toPrivilege, wordsOf, type Privilege } from './privileges';
import type { Rights } from './rights';
import { ancestry, type Grant, type Securable } from './securables';

interface Change {
  readonly principal: string;
  readonly add: readonly Privilege[];
  readonly remove: readonly Privilege[];
}

/** Reads and changes who may do what on a securable, for callers who may know or decide it. */
export class Permissions {
  constructor(
    private readonly metastore: Metastore,
    private readonly rights: Rights,
    private readonly directory: Directory,
  ) {}

  /** Granted on the securable itself, of one principal when asked for one. */
  direct(caller: Principal, securable: Securable, principal: string | undefined): PermissionsList {
    const shown = this.shownTo(caller, securable, principal);
    return answer(
      this.metastore
        .grantsOn(securable)
        .filter(shown)
        .map((grant) => ({ principal: grant.principal, privileges: [...grant.privileges] })),
    );
  }

  /** Granted on the securable or on what it lies in. What somebody has by his groups is listed under the groups. */
  effective(caller: Principal, securable: Securable, principal: string | undefined): EffectivePermissionsList {
    const shown = this.shownTo(caller, securable, principal);
    const byPrincipal = new Map<string, EffectivePrivilege[]>();
    for (const level of ancestry(securable).reverse()) {
      const inherited =
        level.type === securable.type ? {} : { inherited_from_type: level.type, inherited_from_name: level.fullName };
      for (const grant of this.metastore.grantsOn(level).filter(shown)) {
        const privileges = byPrincipal.get(grant.principal) ?? [];
        byPrincipal.set(grant.principal, privileges);
        privileges.push(...grant.privileges.map((privilege) => ({ privilege, ...inherited })));
      }
    }
    return answer([...byPrincipal].map(([name, privileges]) => ({ principal: name, privileges })));
  }

  /** Applies all changes or none. */
  async change(caller: Principal, securable: Securable, body: unknown): Promise<PermissionsList> {
    this.rights.requireManage(caller, securable);
    const changes = parseChanges(body, securable);
    for (const { principal } of changes) requirePrincipal(this.directory, principal);
    for (const { principal, add, remove } of changes) {
      if (remove.length > 0) await this.metastore.revokeGrant(securable, principal, remove);
      if (add.length > 0) await this.metastore.grant(securable, principal, add);
    }
    return this.direct(caller, securable, undefined);
  }

  /** Whoever may not manage a securable learns only about himself and his groups. */
  private shownTo(caller: Principal, securable: Securable, principal: string | undefined): (grant: Grant) => boolean {
    const own = (name: string): boolean => name === caller.name || caller.groups.includes(name);
    const manages = this.rights.manages(caller, securable);
    if (principal === undefined) return (grant) => manages || own(grant.principal);
    if (!own(principal)) this.rights.requireManage(caller, securable);
    return (grant) => grant.principal === principal;
  }
}

/** Refuses a name that no user, service principal or group has. */
export function requirePrincipal(directory: Directory, name: string): void {
  if (directory.find(name) !== undefined) return;
  if (directory.groups.some(({ displayName }) => displayName === name)) return;
  throw new ServiceRefusal(404, 'PRINCIPAL_DOES_NOT_EXIST', `Could not find principal with name ${name.slice(0, 200)}`);
}

/** The list is absent when it is empty, as in all lists of Unity Catalog. */
function answer<Assignment>(assignments: Assignment[]): { privilege_assignments?: Assignment[] } {
  return assignments.length === 0 ? {} : { privilege_assignments: assignments };
}

function parseChanges(body: unknown, securable: Securable): Change[] {
  const changes = typeof body === 'object' && body !== null && 'changes' in body ? body.changes : undefined;
  if (!Array.isArray(changes)) throw invalidParameter('changes must be a list');
  return changes.map((change: unknown) => {
    if (typeof change !== 'object' || change === null) throw invalidParameter('A change must be an object');
    const { principal, add, remove }: Record<keyof Required<UpdatePermissionsRequest>['changes'][0], unknown> = {
      principal: undefined,
      add: undefined,
      remove: undefined,
      ...change,
    };
    if (typeof principal !== 'string' || principal === '') throw invalidParameter('A change must name a principal');
    const parsed = { principal, add: privileges(add, securable), remove: privileges(remove, securable) };
    const both = parsed.add.find((privilege) => parsed.remove.includes(privilege));
    if (both !== undefined) throw invalidParameter(`${both} is both added and removed for ${principal.slice(0, 200)}`);
    return parsed;
  });
}

function privileges(names: unknown, { type, fullName }: Securable): Privilege[] {
  if (names === undefined || names === null) return [];
  if (!Array.isArray(names)) throw invalidParameter('add and remove must be lists of privileges');
  return names.map((name: unknown) => {
    const privilege = typeof name === 'string' ? toPrivilege(name) : undefined;
    if (privilege === undefined || !isApplicable(privilege, type)) {
      const words = privilege === undefined ? String(JSON.stringify(name)).slice(0, 100) : wordsOf(privilege);
      throw invalidParameter(`Privilege ${words} is not applicable to this entity [${fullName}:${type}].`);
    }
    return privilege;
  });
}
