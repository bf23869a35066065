/** What the platform lets be granted on the securables this workspace has (Unity Catalog REST, `Privilege`). */
export const PRIVILEGES = [
  'ALL_PRIVILEGES',
  'APPLY_TAG',
  'BROWSE',
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
