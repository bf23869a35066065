/** What somebody may be allowed to do with objects of a kind. */
export interface PermissionLevel {
  readonly name: string;
  readonly description: string;
  /** Levels of the same kind that who holds this one has, too. */
  readonly includes: readonly string[];
}

/** A level held by somebody: a user name, an application id or the name of a group. */
export interface LevelGrant {
  readonly principal: string;
  readonly level: string;
}

/** Something whose access-control list the Permissions API shows and changes. */
export interface PermissionedObject {
  /** As it stands in the paths of the Permissions API. */
  readonly id: string;
  /** What refusals call it; its id in answers when missing. */
  readonly name?: string;
  /** The list it has until somebody changes it: usually its creator with the strongest level. */
  readonly initially: readonly LevelGrant[];
  /** What it lies in; levels held on that are held on it, too. */
  readonly parent?: ObjectAddress;
}

/** An object by one of the names its type has in paths of the Permissions API. */
export interface ObjectAddress {
  readonly type: string;
  readonly id: string;
}

/** A kind of objects with access-control lists. Whoever keeps such objects registers it with `AccessControl`. */
export interface ObjectType {
  /** What paths of the Permissions API call it; ids in answers begin with the first. */
  readonly names: readonly [string, ...string[]];
  /** `object_type` of the answers. */
  readonly objectType: string;
  readonly levels: readonly PermissionLevel[];
  /** The level that lets somebody read and change the list; members of `admins` have it on everything. */
  readonly managing: string;
  /** A list that replaces the one there is must name the owner; of other kinds the owner stays, who is not named. */
  readonly ownerMustBeNamed?: true;
  find(id: string): PermissionedObject | undefined;
}

/** Everybody belongs to this group of the platform; it is not in the directory. */
export const EVERYBODY = 'users';

/** Levels of which each includes the ones before it. */
function chain(...levels: readonly [name: string, description: string][]): readonly PermissionLevel[] {
  return levels.map(([name, description], index) => ({
    name,
    description,
    includes: levels.slice(0, index).map(([included]) => included),
  }));
}

type Kind = Omit<ObjectType, 'find'>;

/** Names, levels and descriptions as the Permissions API reference has them; `find` is the keeper's part. */
export const SQL_WAREHOUSES: Kind = {
  names: ['sql/warehouses', 'warehouses', 'sql/endpoints'],
  objectType: 'warehouses',
  managing: 'CAN_MANAGE',
  levels: [
    { name: 'CAN_USE', description: 'Can use the SQL warehouse', includes: [] },
    { name: 'CAN_VIEW', description: 'Can view the SQL warehouse and its queries', includes: [] },
    { name: 'CAN_MONITOR', description: 'Can use and monitor the SQL warehouse', includes: ['CAN_USE', 'CAN_VIEW'] },
    {
      name: 'CAN_MANAGE',
      description: 'Can manage the SQL warehouse',
      includes: ['CAN_USE', 'CAN_VIEW', 'CAN_MONITOR'],
    },
    {
      name: 'IS_OWNER',
      description: 'Is the owner of the SQL warehouse',
      includes: ['CAN_USE', 'CAN_VIEW', 'CAN_MONITOR', 'CAN_MANAGE'],
    },
  ],
};

const workspaceLevels = (what: string) =>
  chain(
    ['CAN_READ', `Can read the ${what}`],
    ['CAN_RUN', `Can run the ${what}`],
    ['CAN_EDIT', `Can edit the ${what}`],
    ['CAN_MANAGE', `Can manage the ${what}`],
  );

export const DIRECTORIES: Kind = {
  names: ['directories'],
  objectType: 'directory',
  managing: 'CAN_MANAGE',
  levels: workspaceLevels('contents of the folder'),
};

export const NOTEBOOKS: Kind = {
  names: ['notebooks'],
  objectType: 'notebook',
  managing: 'CAN_MANAGE',
  levels: workspaceLevels('notebook'),
};

export const FILES: Kind = {
  names: ['files'],
  objectType: 'file',
  managing: 'CAN_MANAGE',
  levels: workspaceLevels('file'),
};

export const SERVING_ENDPOINTS: Kind = {
  names: ['serving-endpoints'],
  objectType: 'serving-endpoint',
  managing: 'CAN_MANAGE',
  levels: chain(
    ['CAN_VIEW', 'Can view the serving endpoint'],
    ['CAN_QUERY', 'Can query the serving endpoint'],
    ['CAN_MANAGE', 'Can manage the serving endpoint'],
  ),
};

export const JOBS: Kind = {
  names: ['jobs'],
  objectType: 'job',
  managing: 'CAN_MANAGE',
  ownerMustBeNamed: true,
  levels: [
    { name: 'CAN_VIEW', description: 'Can view the job and its runs', includes: [] },
    { name: 'CAN_MANAGE_RUN', description: 'Can trigger and cancel runs of the job', includes: ['CAN_VIEW'] },
    {
      name: 'IS_OWNER',
      description: 'Is the owner of the job',
      includes: ['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE'],
    },
    { name: 'CAN_MANAGE', description: 'Can manage the job', includes: ['CAN_VIEW', 'CAN_MANAGE_RUN'] },
  ],
};

export const APPS: Kind = {
  names: ['apps'],
  objectType: 'apps',
  managing: 'CAN_MANAGE',
  levels: chain(['CAN_USE', 'Can use the app'], ['CAN_MANAGE', 'Can manage the app']),
};

export const AUTHORIZATION: Kind = {
  names: ['authorization'],
  objectType: 'tokens',
  managing: 'CAN_MANAGE',
  levels: chain(['CAN_USE', 'Can create and use personal access tokens'], ['CAN_MANAGE', 'Can manage tokens']),
};
