export interface MissingGrant {
  /** In words, as GRANT takes it: `USE SCHEMA`. */
  readonly privilege: string;
  /** `CATALOG`, `SCHEMA`, `TABLE` or `VOLUME`. */
  readonly type: string;
  readonly name: readonly string[];
}

const LACKING = /does not have ([A-Z][A-Z_ ]{2,40}) on (catalog|schema|table|view|volume) ['"`]([^'"`]{1,800})['"`]/i;

/** What a refusal of Unity Catalog says is missing: "User does not have USE SCHEMA on Schema 'main.sales'." Undefined when it does not say. */
export function missingGrantOf(message: string): MissingGrant | undefined {
  const [, privilege, type, name] = LACKING.exec(message) ?? [];
  if (privilege === undefined || type === undefined || name === undefined) return undefined;
  return {
    privilege: privilege.replaceAll('_', ' ').toUpperCase(),
    type: type.toUpperCase() === 'VIEW' ? 'TABLE' : type.toUpperCase(),
    name: name.split('.'),
  };
}
