import { permissionDenied } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import { JsonDocument } from '../state/json-document';
import { accessControlDefinition, accessControlFile, type AccessControlDocument } from './access-control-document';
import {
  EVERYBODY,
  type LevelGrant,
  type ObjectAddress,
  type ObjectType,
  type PermissionedObject,
} from './object-type';

/** A level on an object and what it comes from: the object itself, or something it lies in. */
export interface HeldLevel extends LevelGrant {
  /** Undefined: granted on the object itself. */
  readonly inheritedFrom: string | undefined;
}

/** An object as it was found, with its kind. */
export interface KnownObject {
  readonly type: ObjectType;
  readonly object: PermissionedObject;
  /** Its id in answers: `/directories/42`. */
  readonly path: string;
}

/**
 * Who may do what with objects that are no securables of Unity Catalog: warehouses, folders, notebooks, apps. Whoever
 * keeps such objects registers their type here, and asks `may` or `require` before acting for somebody.
 */
export class AccessControl {
  private readonly types = new Map<string, ObjectType>();

  private constructor(private readonly document: JsonDocument<AccessControlDocument>) {}

  static async open(stateDirectory: string): Promise<AccessControl> {
    return new AccessControl(await JsonDocument.open(accessControlFile(stateDirectory), accessControlDefinition));
  }

  register(type: ObjectType): void {
    for (const name of type.names) this.types.set(name, type);
  }

  /** Names of the first kind, sorted: what a refusal of an unknown kind offers. */
  typeNames(): readonly string[] {
    return [...new Set([...this.types.values()].map(({ names }) => names[0]))].sort();
  }

  type(name: string): ObjectType | undefined {
    return this.types.get(name);
  }

  find({ type: name, id }: ObjectAddress): KnownObject | undefined {
    const type = this.types.get(name);
    const object = type?.find(id);
    return type === undefined || object === undefined ? undefined : { type, object, path: pathOf(type, id) };
  }

  /** Whether the caller holds this level, or one that includes it; `false` also when there is no such object. */
  may(caller: Principal, address: ObjectAddress, level: string): boolean {
    const known = this.find(address);
    if (known === undefined) return false;
    if (caller.groups.includes(ADMINS)) return true;
    return this.held(known).some((grant) => isHeldBy(caller, grant) && includes(known.type, grant.level, level));
  }

  /** Refuses with the platform's text whoever does not hold the level. */
  require(caller: Principal, address: ObjectAddress, level: string): void {
    if (this.may(caller, address, level)) return;
    throw missingLevel(caller, address, this.find(address), level);
  }

  /** Every level somebody has on the object, its own list first. */
  held(known: KnownObject): readonly HeldLevel[] {
    const own = this.listOf(known).map((grant) => ({ ...grant, inheritedFrom: undefined }));
    const inherited: HeldLevel[] = [];
    let parent = known.object.parent === undefined ? undefined : this.find(known.object.parent);
    while (parent !== undefined) {
      const { path } = parent;
      inherited.push(...this.listOf(parent).map((grant) => ({ ...grant, inheritedFrom: path })));
      parent = parent.object.parent === undefined ? undefined : this.find(parent.object.parent);
    }
    return [...own, ...inherited];
  }

  /** What is granted on the object itself. */
  listOf({ object, path }: KnownObject): readonly LevelGrant[] {
    return this.document.read().lists.find((list) => list.object === path)?.grants ?? object.initially;
  }

  async replace({ path }: KnownObject, grants: readonly LevelGrant[]): Promise<void> {
    const others = this.document.read().lists.filter((list) => list.object !== path);
    await this.document.write({ lists: [...others, { object: path, grants: [...grants] }] });
  }

  /** For objects that are gone: who comes after them with the same id must not inherit their list. */
  async forget(addresses: readonly ObjectAddress[]): Promise<void> {
    const gone = new Set(
      addresses.flatMap(({ type: name, id }) => {
        const type = this.types.get(name);
        return type === undefined ? [] : [pathOf(type, id)];
      }),
    );
    const { lists } = this.document.read();
    const left = lists.filter(({ object }) => !gone.has(object));
    if (left.length < lists.length) await this.document.write({ lists: left });
  }

  settle(): Promise<void> {
    return this.document.settle();
  }
}

function pathOf(type: ObjectType, id: string): string {
  return `/${type.names[0]}/${id}`;
}

function isHeldBy(caller: Principal, { principal }: LevelGrant): boolean {
  return principal === EVERYBODY || principal === caller.name || caller.groups.includes(principal);
}

function includes(type: ObjectType, held: string, wanted: string): boolean {
  return held === wanted || (type.levels.find(({ name }) => name === held)?.includes.includes(wanted) ?? false);
}

/** How refusals say a level. */
const VERBS: Readonly<Record<string, string>> = {
  CAN_READ: 'View',
  CAN_VIEW: 'View',
  CAN_USE: 'Use',
  CAN_QUERY: 'Query',
  CAN_RUN: 'Run',
  CAN_MONITOR: 'Monitor',
  CAN_EDIT: 'Edit',
  CAN_MANAGE: 'Manage',
  IS_OWNER: 'Owner',
};

function missingLevel(caller: Principal, address: ObjectAddress, known: KnownObject | undefined, level: string): Error {
  const verb = VERBS[level] ?? level.replace(/^(CAN|IS)_/, '').toLowerCase();
  const what = known?.object.name ?? known?.path ?? `/${address.type}/${address.id.slice(0, 200)}`;
  return permissionDenied(
    `${caller.name} does not have ${verb} permissions on ${what}. Please contact the owner or an administrator for access.`,
  );
}
