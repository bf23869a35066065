import type { AccessControlResponse, ObjectPermission, ObjectPermissions } from '@lakescope/databricks-wire';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Directory, type Principal } from '../identity/directory';
import type { AccessControl, HeldLevel, KnownObject } from './access-control';
import { parseAccessControlList } from './access-control-request';
import type { LevelGrant, ObjectAddress } from './object-type';

const OWNER = 'IS_OWNER';

/** The Permissions API: shows and changes lists for callers who may manage the object. */
export class ObjectPermissionLists {
  constructor(
    private readonly accessControl: AccessControl,
    private readonly directory: Directory,
  ) {}

  show(caller: Principal, address: ObjectAddress): ObjectPermissions {
    return this.describe(this.managed(caller, address));
  }

  levels(caller: Principal, address: ObjectAddress): { permission_level: string; description: string }[] {
    const { type } = this.existing(address);
    const seen = type.levels.some(({ name }) => this.accessControl.may(caller, address, name));
    if (!seen) this.accessControl.require(caller, address, type.managing);
    return type.levels.map(({ name, description }) => ({ permission_level: name, description }));
  }

  /** Makes this the list of the object itself. An owner who is not named stays the owner. */
  async replace(caller: Principal, address: ObjectAddress, body: unknown): Promise<ObjectPermissions> {
    const known = this.managed(caller, address);
    const asked = parseAccessControlList(body, known.type, this.directory);
    if (known.type.ownerMustBeNamed === true && !asked.some(({ level }) => level === OWNER)) {
      throw invalidParameter(`The ${known.type.objectType} must have exactly one owner.`);
    }
    return this.save(known, [...ownersKept(known, this.accessControl.listOf(known), asked), ...asked]);
  }

  /** Gives those who are named what is asked, in place of what they have on the object itself. */
  async change(caller: Principal, address: ObjectAddress, body: unknown): Promise<ObjectPermissions> {
    const known = this.managed(caller, address);
    const asked = parseAccessControlList(body, known.type, this.directory);
    const named = new Set(asked.map(({ principal }) => principal));
    const newOwner = asked.some(({ level }) => level === OWNER);
    const list = this.accessControl.listOf(known);
    const left = list.filter(({ principal, level }) => !named.has(principal) && !(newOwner && level === OWNER));
    return this.save(known, [...ownersKept(known, list, [...left, ...asked]), ...left, ...asked]);
  }

  private async save(known: KnownObject, grants: readonly LevelGrant[]): Promise<ObjectPermissions> {
    const { object, type } = known;
    const isAdmins = ({ principal, level }: LevelGrant): boolean => principal === ADMINS && level === type.managing;
    if (object.initially.some(isAdmins) && !grants.some(isAdmins)) {
      throw invalidParameter(`Cannot remove admins's ${type.managing} permission on ${object.id}`);
    }
    await this.accessControl.replace(known, withoutDuplicates(grants));
    return this.describe(known);
  }

  private managed(caller: Principal, address: ObjectAddress): KnownObject {
    const known = this.existing(address);
    this.accessControl.require(caller, address, known.type.managing);
    return known;
  }

  private existing(address: ObjectAddress): KnownObject {
    const type = this.accessControl.type(address.type);
    if (type === undefined) {
      const offered = this.accessControl.typeNames().join(',');
      throw invalidParameter(
        `'${address.type.slice(0, 100)}' is not a supported object type for permissions. Expected one of {${offered}}`,
      );
    }
    const known = this.accessControl.find(address);
    if (known === undefined) {
      throw new ServiceRefusal(
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `${type.objectType} ${address.id.slice(0, 200)} does not exist.`,
      );
    }
    return known;
  }

  private describe(known: KnownObject): ObjectPermissions {
    const { type, path } = known;
    const held = this.accessControl.held(known);
    const byAdmins = held.some(({ principal }) => principal === ADMINS);
    const everyKind = { principal: ADMINS, level: type.managing, inheritedFrom: `/${type.names[0]}/` };
    const byPrincipal = new Map<string, ObjectPermission[]>();
    for (const entry of byAdmins ? held : [...held, everyKind]) {
      byPrincipal.set(entry.principal, [...(byPrincipal.get(entry.principal) ?? []), permission(entry)]);
    }
    return {
      object_id: path,
      object_type: type.objectType,
      access_control_list: [...byPrincipal].map(([principal, levels]) => ({
        ...this.named(principal),
        all_permissions: levels,
      })),
    };
  }

  private named(principal: string): AccessControlResponse {
    const found = this.directory.find(principal);
    if (found === undefined) return { group_name: principal };
    const name = found.kind === 'user' ? { user_name: principal } : { service_principal_name: principal };
    return { ...name, display_name: found.displayName };
  }
}

function permission({ level, inheritedFrom }: HeldLevel): ObjectPermission {
  return inheritedFrom === undefined
    ? { permission_level: level, inherited: false }
    : { permission_level: level, inherited: true, inherited_from_object: [inheritedFrom] };
}

/** What has an owner keeps one: the one it has, when no other is named. */
function ownersKept({ type, object }: KnownObject, list: readonly LevelGrant[], asked: readonly LevelGrant[]) {
  const owned = type.levels.some(({ name }) => name === OWNER);
  if (!owned || asked.some(({ level }) => level === OWNER)) return [];
  const owners = list.filter(({ level }) => level === OWNER);
  if (owners.length === 0) {
    throw invalidParameter(
      `PUT requests for ${type.objectType} ${object.id} with no existing owner must provide a new owner.`,
    );
  }
  return owners;
}

function withoutDuplicates(grants: readonly LevelGrant[]): LevelGrant[] {
  return [...new Map(grants.map((grant) => [JSON.stringify([grant.principal, grant.level]), grant])).values()];
}
