import type { AccessControlRequest } from '@lakescope/databricks-wire';
import { JsonFields } from '../http/json-fields';
import { invalidParameter, malformedRequest, ServiceRefusal } from '../http/refusals';
import type { Directory } from '../identity/directory';
import { EVERYBODY, type LevelGrant, type ObjectType } from './object-type';

const KINDS: Readonly<Record<Exclude<keyof AccessControlRequest, 'permission_level'>, string>> = {
  user_name: 'UserName',
  group_name: 'GroupName',
  service_principal_name: 'ServicePrincipalName',
};

/** What a client asks to be on the list of an object of this type; refuses whom and what there is not. */
export function parseAccessControlList(body: unknown, type: ObjectType, directory: Directory): readonly LevelGrant[] {
  const list = new JsonFields(body).value('access_control_list') ?? [];
  if (!Array.isArray(list)) {
    throw malformedRequest("Could not parse request object: expected a list for field 'access_control_list'");
  }
  const grants = list.map((entry: unknown) => parseEntry(new JsonFields(entry), type, directory));
  const owners = grants.filter(({ level }) => level === 'IS_OWNER');
  if (owners.length > 1) throw invalidParameter(`The ${type.objectType} must have exactly one owner.`);
  if (owners.some(({ principal }) => directory.find(principal) === undefined)) {
    throw invalidParameter(`A group cannot be the owner of ${type.objectType}.`);
  }
  return grants;
}

function parseEntry(entry: JsonFields, type: ObjectType, directory: Directory): LevelGrant {
  const named = Object.entries(KINDS).flatMap(([field, kind]) => {
    const principal = entry.text(field);
    return principal === undefined || principal === '' ? [] : [{ field, kind, principal }];
  });
  const [who] = named;
  if (who === undefined || named.length > 1) {
    throw invalidParameter('Exactly one of user_name, group_name and service_principal_name must be given.');
  }
  const level = entry.requiredText('permission_level');
  if (!type.levels.some(({ name }) => name === level)) {
    const known = type.levels.map(({ name }) => name).join(', ');
    throw invalidParameter(
      `Permission level ${level.slice(0, 100)} is not supported for ${type.objectType}. Expected one of ${known}.`,
    );
  }
  if (!exists(who.field, who.principal, directory)) {
    throw new ServiceRefusal(
      404,
      'RESOURCE_DOES_NOT_EXIST',
      `Principal: ${who.kind}(${who.principal.slice(0, 200)}) does not exist`,
    );
  }
  return { principal: who.principal, level };
}

function exists(field: string, name: string, directory: Directory): boolean {
  if (field === 'group_name') {
    return name === EVERYBODY || directory.groups.some(({ displayName }) => displayName === name);
  }
  return directory.find(name)?.kind === (field === 'user_name' ? 'user' : 'service_principal');
}
