import type { Privilege } from './privileges';

export type SecurableType = 'CATALOG' | 'SCHEMA' | 'VOLUME' | 'TABLE' | 'FUNCTION';

/** Something in Unity Catalog. Names are unique by type and without case, and their parent is told by the full name. */
export interface Securable {
  readonly type: SecurableType;
  readonly fullName: string;
  readonly id: string;
  readonly comment: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly volumeType?: 'MANAGED' | 'EXTERNAL';
  readonly properties?: Readonly<Record<string, string>>;
  /** What only its type has, as JSON: kept as text, because a lake has many columns and few are looked at. */
  readonly details?: string;
}

/** `principal` may do `privileges` on a securable and on everything below it. */
export interface Grant {
  readonly type: SecurableType;
  readonly fullName: string;
  readonly principal: string;
  readonly privileges: readonly Privilege[];
}

export const SECURABLE_TYPES: readonly SecurableType[] = ['CATALOG', 'SCHEMA', 'VOLUME', 'TABLE', 'FUNCTION'];

/** From the catalog down to the type; a full name has as many parts. */
export function levelsTo(type: SecurableType): readonly SecurableType[] {
  if (type === 'CATALOG') return ['CATALOG'];
  return type === 'SCHEMA' ? ['CATALOG', 'SCHEMA'] : ['CATALOG', 'SCHEMA', type];
}

/** The parts of a full name, or undefined when it has not as many as the type asks for. */
export function splitFullName(type: SecurableType, fullName: string): readonly string[] | undefined {
  const parts = fullName.split('.');
  return parts.length === levelsTo(type).length && parts.every((part) => part !== '') ? parts : undefined;
}

export function nameOf(securable: Pick<Securable, 'fullName'>): string {
  return securable.fullName.slice(securable.fullName.lastIndexOf('.') + 1);
}

/** Names as the local workspace accepts them for something new: no separators, so that they are folder names too. */
export function isSecurableName(name: string): boolean {
  return /^[a-z0-9_][a-z0-9_-]{0,254}$/i.test(name);
}

/** The type as messages say it. */
export function wordOf(type: SecurableType): string {
  return `${type.charAt(0)}${type.slice(1).toLowerCase()}`;
}
