import type { ScimGroup, ScimServicePrincipal, ScimUser, ScimValue } from '@lakescope/databricks-wire';
import { ScimRefusal } from '../http/refusals';
import type { StoredGroup, StoredPrincipal } from '../state/directory-document';
import type { Group, Principal } from './directory';
import { isObject, valueNamed, type Attributes } from './scim-patch';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const LONGEST_NAME = 255;

const FOLDERS = { user: 'Users', service_principal: 'ServicePrincipals', group: 'Groups' } as const;

export function scimUser(principal: Principal): ScimUser {
  return {
    schemas: [`${CORE}:User`],
    id: principal.id,
    userName: principal.name,
    ...(principal.kind === 'service_principal' ? { applicationId: principal.name } : {}),
    displayName: principal.displayName,
    active: principal.active,
    ...nameAndEmails(principal),
    groups: groupRefs(principal),
    entitlements: principal.entitlements.map((value) => ({ value })),
    roles: [],
  };
}

export function scimServicePrincipal(principal: Principal): ScimServicePrincipal {
  return {
    schemas: [`${CORE}:ServicePrincipal`],
    id: principal.id,
    applicationId: principal.name,
    displayName: principal.displayName,
    active: principal.active,
    groups: groupRefs(principal),
    entitlements: principal.entitlements.map((value) => ({ value })),
  };
}

export function scimGroup(group: Group): ScimGroup {
  return {
    schemas: [`${CORE}:Group`],
    id: group.id,
    displayName: group.displayName,
    members: group.members.map(({ id, displayName, kind }) => ({
      value: id,
      display: displayName,
      $ref: `${FOLDERS[kind]}/${id}`,
    })),
    meta: { resourceType: 'WorkspaceGroup' },
  };
}

/** What can be changed of a user or service principal, for `applyPatch`. */
export function writablePrincipal(principal: Principal): Attributes {
  return {
    ...(principal.kind === 'user' ? { userName: principal.name } : { applicationId: principal.name }),
    displayName: principal.displayName,
    active: principal.active,
    ...(principal.kind === 'user'
      ? { name: { givenName: principal.givenName, familyName: principal.familyName } }
      : {}),
    entitlements: principal.entitlements.map((value) => ({ value })),
  };
}

/** What can be changed of a group, for `applyPatch`. */
export function writableGroup(group: Group): Attributes {
  return { displayName: group.displayName, members: group.members.map(({ id }) => ({ value: id })) };
}

/** Reads the body of a POST or PUT. Attributes this workspace does not keep (emails, roles, extensions) are ignored. */
export function parseUser(body: unknown, id: string): StoredPrincipal {
  const attributes = asAttributes(body);
  const userName = nonEmpty(attributes, 'userName');
  const name = valueNamed(attributes, 'name');
  const parts = isObject(name) ? name : {};
  const givenName = optionalText(parts, 'givenName');
  const familyName = optionalText(parts, 'familyName');
  const fullName = [givenName, familyName].filter((part) => part !== undefined).join(' ');
  return {
    kind: 'user',
    id,
    name: userName,
    displayName: optionalText(attributes, 'displayName') ?? (fullName || userName),
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
    active: activeOf(attributes),
    entitlements: valuesIn(attributes, 'entitlements'),
  };
}

/** A service principal without `applicationId` gets the given one. */
export function parseServicePrincipal(body: unknown, id: string, applicationId: string): StoredPrincipal {
  const attributes = asAttributes(body);
  const name = optionalText(attributes, 'applicationId') ?? applicationId;
  return {
    kind: 'service_principal',
    id,
    name,
    displayName: optionalText(attributes, 'displayName') ?? name,
    active: activeOf(attributes),
    entitlements: valuesIn(attributes, 'entitlements'),
  };
}

export function parseGroup(body: unknown, id: string): StoredGroup {
  const attributes = asAttributes(body);
  return { id, displayName: nonEmpty(attributes, 'displayName'), memberIds: valuesIn(attributes, 'members') };
}

function nameAndEmails(principal: Principal): Pick<ScimUser, 'name' | 'emails'> {
  if (principal.kind !== 'user') return {};
  const { givenName, familyName, name } = principal;
  const parts = {
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
  };
  return {
    ...(Object.keys(parts).length === 0 ? {} : { name: parts }),
    emails: [{ value: name, type: 'work', primary: true }],
  };
}

function groupRefs(principal: Principal): ScimValue[] {
  return principal.memberships.map(({ group: { id, displayName }, direct }) => ({
    display: displayName,
    value: id,
    type: direct ? 'direct' : 'indirect',
    $ref: `Groups/${id}`,
  }));
}

function asAttributes(body: unknown): Attributes {
  if (!isObject(body)) throw new ScimRefusal(400, 'The body must be a resource', 'invalidSyntax');
  return body;
}

function optionalText(attributes: Attributes, name: string): string | undefined {
  const value = valueNamed(attributes, name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > LONGEST_NAME || /\p{Cc}/u.test(value)) throw invalidValue(name);
  return value;
}

function nonEmpty(attributes: Attributes, name: string): string {
  const value = optionalText(attributes, name);
  if (value === undefined || value.trim() === '') throw invalidValue(name);
  return value;
}

function activeOf(attributes: Attributes): boolean {
  const active = valueNamed(attributes, 'active') ?? true;
  if (typeof active !== 'boolean') throw invalidValue('active');
  return active;
}

/** The `value`s of a list such as `members` or `entitlements`. */
function valuesIn(attributes: Attributes, name: string): string[] {
  const list = valueNamed(attributes, name) ?? [];
  if (!Array.isArray(list)) throw invalidValue(name);
  const values = list.map((entry: unknown) => {
    const value = isObject(entry) ? valueNamed(entry, 'value') : undefined;
    if (typeof value !== 'string' || value === '') throw invalidValue(name);
    return value;
  });
  return [...new Set(values)];
}

function invalidValue(name: string): ScimRefusal {
  return new ScimRefusal(400, `${name} has no acceptable value`, 'invalidValue');
}
