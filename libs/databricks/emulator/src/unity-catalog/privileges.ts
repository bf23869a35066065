import type { SecurableType } from './securables';

/** What the platform lets be granted on the securables this workspace has (Unity Catalog REST, `Privilege`). */
export const PRIVILEGES = [
  'ALL_PRIVILEGES',
  'APPLY_TAG',
  'BROWSE',
  'CREATE_CATALOG',
  'CREATE_EXTERNAL_LOCATION',
  'CREATE_EXTERNAL_TABLE',
  'CREATE_EXTERNAL_VOLUME',
  'CREATE_FUNCTION',
  'CREATE_MODEL',
  'CREATE_MODEL_VERSION',
  'CREATE_SCHEMA',
  'CREATE_STORAGE_CREDENTIAL',
  'CREATE_TABLE',
  'CREATE_VOLUME',
  'EXECUTE',
  'EXTERNAL_USE_LOCATION',
  'EXTERNAL_USE_SCHEMA',
  'MANAGE',
  'MODIFY',
  'READ_FILES',
  'READ_VOLUME',
  'SELECT',
  'USE_CATALOG',
  'USE_SCHEMA',
  'WRITE_FILES',
  'WRITE_VOLUME',
] as const;

export type Privilege = (typeof PRIVILEGES)[number];

/** What makes somebody a reader of a catalog and of everything in it. */
export const READER: readonly Privilege[] = ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME', 'SELECT', 'EXECUTE'];

/** Reads `SELECT`, `use schema` and `USE_SCHEMA` alike; undefined when it is no privilege. */
export function toPrivilege(text: string): Privilege | undefined {
  const name = text.trim().toUpperCase().replace(/\s+/g, '_');
  return PRIVILEGES.find((privilege) => privilege === name);
}

/** Reading past the platform: never implied, not even for owners. */
export function isExternalUse(privilege: Privilege): boolean {
  return privilege === 'EXTERNAL_USE_SCHEMA' || privilege === 'EXTERNAL_USE_LOCATION';
}

/** Whether holding these privileges allows this one. ALL_PRIVILEGES leaves out what lets others in, as on the platform. */
export function includesPrivilege(held: readonly Privilege[], wanted: Privilege): boolean {
  if (held.includes(wanted)) return true;
  return held.includes('ALL_PRIVILEGES') && wanted !== 'MANAGE' && !isExternalUse(wanted);
}

/** As messages say it: `USE CATALOG`. */
export function wordsOf(privilege: Privilege): string {
  return privilege.replaceAll('_', ' ');
}

const ON_ANYTHING: readonly Privilege[] = ['ALL_PRIVILEGES', 'APPLY_TAG', 'MANAGE'];
const ON_LEAVES: Readonly<Record<Exclude<SecurableType, 'CATALOG' | 'SCHEMA'>, readonly Privilege[]>> = {
  TABLE: [...ON_ANYTHING, 'MODIFY', 'SELECT'],
  VOLUME: [...ON_ANYTHING, 'READ_VOLUME', 'WRITE_VOLUME'],
  FUNCTION: [...ON_ANYTHING, 'EXECUTE'],
  MODEL: [...ON_ANYTHING, 'CREATE_MODEL_VERSION', 'EXECUTE'],
  METASTORE: ['CREATE_CATALOG', 'CREATE_EXTERNAL_LOCATION', 'CREATE_STORAGE_CREDENTIAL', 'MANAGE'],
  EXTERNAL_LOCATION: [
    'ALL_PRIVILEGES',
    'BROWSE',
    'CREATE_EXTERNAL_TABLE',
    'CREATE_EXTERNAL_VOLUME',
    'EXTERNAL_USE_LOCATION',
    'MANAGE',
    'READ_FILES',
    'WRITE_FILES',
  ],
  STORAGE_CREDENTIAL: ['ALL_PRIVILEGES', 'CREATE_EXTERNAL_LOCATION', 'MANAGE', 'READ_FILES', 'WRITE_FILES'],
};

/** Of what belongs to no catalog. */
const OUTSIDE_CATALOGS: readonly Privilege[] = [
  'CREATE_CATALOG',
  'CREATE_EXTERNAL_LOCATION',
  'CREATE_EXTERNAL_TABLE',
  'CREATE_EXTERNAL_VOLUME',
  'CREATE_STORAGE_CREDENTIAL',
  'EXTERNAL_USE_LOCATION',
  'READ_FILES',
  'WRITE_FILES',
];

/** Whether a privilege can be granted on a type; catalogs and schemas also take what is inherited from them. */
export function isApplicable(privilege: Privilege, type: SecurableType): boolean {
  if (type === 'CATALOG') return !OUTSIDE_CATALOGS.includes(privilege);
  if (type === 'SCHEMA') {
    return !OUTSIDE_CATALOGS.includes(privilege) && privilege !== 'CREATE_SCHEMA' && privilege !== 'USE_CATALOG';
  }
  return ON_LEAVES[type].includes(privilege);
}
