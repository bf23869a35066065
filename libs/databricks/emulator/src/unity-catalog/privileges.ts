import type { SecurableType } from './securables';

/** What the platform lets be granted on the securables this workspace has (Unity Catalog REST, `Privilege`). */
export const PRIVILEGES = [
  'ALL_PRIVILEGES',
  'APPLY_TAG',
  'BROWSE',
  'CREATE_CATALOG',
  'CREATE_FUNCTION',
  'CREATE_MODEL',
  'CREATE_SCHEMA',
  'CREATE_TABLE',
  'CREATE_VOLUME',
  'EXECUTE',
  'EXTERNAL_USE_SCHEMA',
  'MANAGE',
  'MODIFY',
  'READ_VOLUME',
  'SELECT',
  'USE_CATALOG',
  'USE_SCHEMA',
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

/** Whether holding these privileges allows this one. ALL_PRIVILEGES leaves out what lets others in, as on the platform. */
export function includesPrivilege(held: readonly Privilege[], wanted: Privilege): boolean {
  if (held.includes(wanted)) return true;
  return held.includes('ALL_PRIVILEGES') && wanted !== 'MANAGE' && wanted !== 'EXTERNAL_USE_SCHEMA';
}

/** As messages say it: `USE CATALOG`. */
export function wordsOf(privilege: Privilege): string {
  return privilege.replaceAll('_', ' ');
}

const ON_ANYTHING: readonly Privilege[] = ['ALL_PRIVILEGES', 'APPLY_TAG', 'MANAGE'];
const ON_LEAVES: Readonly<Record<'TABLE' | 'VOLUME' | 'FUNCTION' | 'METASTORE', readonly Privilege[]>> = {
  TABLE: [...ON_ANYTHING, 'MODIFY', 'SELECT'],
  VOLUME: [...ON_ANYTHING, 'READ_VOLUME', 'WRITE_VOLUME'],
  FUNCTION: [...ON_ANYTHING, 'EXECUTE'],
  METASTORE: ['CREATE_CATALOG', 'MANAGE'],
};

/** Whether a privilege can be granted on a type; catalogs and schemas also take what is inherited from them. */
export function isApplicable(privilege: Privilege, type: SecurableType): boolean {
  if (type === 'CATALOG') return privilege !== 'CREATE_CATALOG';
  if (type === 'SCHEMA') return !['CREATE_CATALOG', 'CREATE_SCHEMA', 'USE_CATALOG'].includes(privilege);
  return ON_LEAVES[type].includes(privilege);
}
