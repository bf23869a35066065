import type { Privilege } from './privileges';
import type { StoredText } from './stored-text';

/** `MODEL` is a registered model, which grants call a FUNCTION. */
export type SecurableType =
  | 'METASTORE'
  | 'CATALOG'
  | 'SCHEMA'
  | 'VOLUME'
  | 'TABLE'
  | 'FUNCTION'
  | 'MODEL'
  | 'EXTERNAL_LOCATION'
  | 'STORAGE_CREDENTIAL';

/** `table_type` of what this workspace can have. */
export type TableType = 'MANAGED' | 'EXTERNAL' | 'VIEW';

export const SECURABLE_TYPES: readonly SecurableType[] = [
  'METASTORE',
  'CATALOG',
  'SCHEMA',
  'VOLUME',
  'TABLE',
  'FUNCTION',
  'MODEL',
  'EXTERNAL_LOCATION',
  'STORAGE_CREDENTIAL',
];

/**
 * Something in Unity Catalog. Names are kept in lower case, as the platform does, and are unique by type; the parent is
 * told by the full name, the id stays when the name changes. Times are epoch milliseconds.
 */
export interface Securable {
  readonly type: SecurableType;
  readonly fullName: string;
  readonly id: string;
  readonly comment: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Absent until it is changed for the first time. */
  readonly updatedAt?: number;
  readonly updatedBy?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly volumeType?: 'MANAGED' | 'EXTERNAL';
  readonly tableType?: TableType;
  /** Of a volume that was renamed: its folder below the volumes' one, which keeps the first name. */
  readonly folder?: string;
  /** What only its type has, as JSON: kept as text, on disk when it was read from there; `detailsText` reads it. */
  readonly details?: string | StoredText;
}

/** What names a securable: all that rights are decided by. */
export type SecurableName = Pick<Securable, 'type' | 'fullName'>;

/** `principal` may do `privileges` on a securable and on everything below it. */
export interface Grant {
  readonly type: SecurableType;
  readonly fullName: string;
  readonly principal: string;
  readonly privileges: readonly Privilege[];
}

/** Belongs to no catalog, and nothing lies in it. */
const ALONE: readonly SecurableType[] = ['METASTORE', 'EXTERNAL_LOCATION', 'STORAGE_CREDENTIAL'];

/** Whether a name below it can be the name of something in it. */
export function holdsOthers(type: SecurableType): boolean {
  return type === 'CATALOG' || type === 'SCHEMA';
}

/** From the catalog down to the type; a full name has as many parts. The metastore stands alone: nothing is inherited from it. */
export function levelsTo(type: SecurableType): readonly SecurableType[] {
  if (ALONE.includes(type) || type === 'CATALOG') return [type];
  return type === 'SCHEMA' ? ['CATALOG', 'SCHEMA'] : ['CATALOG', 'SCHEMA', type];
}

/** The parts of a full name, or undefined when it has not as many as the type asks for. */
export function splitFullName(type: SecurableType, fullName: string): readonly string[] | undefined {
  const parts = fullName.split('.');
  return parts.length === levelsTo(type).length && parts.every((part) => part !== '') ? parts : undefined;
}

/** What only its type has, as JSON. */
export function detailsText({ details }: Pick<Securable, 'details'>): string | undefined {
  return details?.toString();
}

export function nameOf({ fullName }: Pick<Securable, 'fullName'>): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** The full name of what it lies in; empty for a catalog. */
export function parentOf({ fullName }: Pick<Securable, 'fullName'>): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
}

/** A securable and what it lies in, from the catalog down. */
export function ancestry({ type, fullName }: SecurableName): SecurableName[] {
  const parts = fullName.toLowerCase().split('.');
  return levelsTo(type).map((level, index) => ({ type: level, fullName: parts.slice(0, index + 1).join('.') }));
}

/**
 * Names as the local workspace accepts them for something new. Catalogs, schemas and volumes are folders, so theirs have
 * no separators; tables, functions and models may have whatever the platform allows: no period, space, slash or control character.
 */
export function isSecurableName(type: SecurableType, name: string): boolean {
  if (type !== 'TABLE' && type !== 'FUNCTION' && type !== 'MODEL') return /^[a-z0-9_][a-z0-9_-]{0,254}$/i.test(name);
  return name !== '' && name.length <= 255 && !/[./ \p{Cc}]/u.test(name);
}

const WORDS = {
  METASTORE: 'Metastore',
  CATALOG: 'Catalog',
  SCHEMA: 'Schema',
  VOLUME: 'Volume',
  TABLE: 'Table',
  FUNCTION: 'Function',
  MODEL: 'Registered Model',
  EXTERNAL_LOCATION: 'External Location',
  STORAGE_CREDENTIAL: 'Storage Credential',
} as const satisfies Record<SecurableType, string>;

/** The type as messages say it. */
export function wordOf<Type extends SecurableType>(type: Type): (typeof WORDS)[Type] {
  return WORDS[type];
}
