import type { AppResource } from '@lakescope/databricks-wire';
import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';

export type AppResourceKind = Exclude<keyof AppResource, 'name' | 'description'>;

interface KindRules {
  readonly fields: readonly [string, ...string[]];
  readonly permissions: readonly [string, ...string[]];
}

/** The kinds of resources the Apps API knows, with what each must say and may be allowed. */
const KINDS: Readonly<Record<AppResourceKind, KindRules>> = {
  sql_warehouse: { fields: ['id'], permissions: ['CAN_USE', 'CAN_MANAGE', 'IS_OWNER'] },
  serving_endpoint: { fields: ['name'], permissions: ['CAN_QUERY', 'CAN_VIEW', 'CAN_MANAGE'] },
  secret: { fields: ['scope', 'key'], permissions: ['READ', 'WRITE', 'MANAGE'] },
  database: { fields: ['instance_name', 'database_name'], permissions: ['CAN_CONNECT_AND_CREATE'] },
  postgres: { fields: ['branch', 'database'], permissions: ['CAN_CONNECT_AND_CREATE'] },
  job: { fields: ['id'], permissions: ['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE', 'IS_OWNER'] },
  uc_securable: {
    fields: ['securable_full_name', 'securable_type'],
    permissions: ['READ_VOLUME', 'WRITE_VOLUME', 'SELECT', 'MODIFY', 'EXECUTE', 'USE_CONNECTION'],
  },
  experiment: { fields: ['experiment_id'], permissions: ['CAN_READ', 'CAN_EDIT', 'CAN_MANAGE'] },
  genie_space: { fields: ['space_id'], permissions: ['CAN_VIEW', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'] },
  app: { fields: ['name'], permissions: ['CAN_USE'] },
};

export const APP_RESOURCE_KINDS = Object.keys(KINDS) as AppResourceKind[];

/** A resource with its kind told apart, all fields there. */
export interface NamedResource {
  readonly name: string;
  readonly kind: AppResourceKind;
  readonly fields: Readonly<Record<string, string>>;
  readonly permission: string;
}

/** The resources of a request body; refuses what is no resource the platform knows. */
export function parseResources(value: unknown): AppResource[] {
  if (value === undefined) return [];
  const resources = listOf(value, 'resources').map(parseResource);
  const names = resources.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidParameter(`Two resources are called ${twice}; names must be unique.`);
  return resources;
}

/** What a stored resource is. */
export function namedResource(resource: AppResource): NamedResource {
  const kind = kindsOf(resource)[0];
  if (kind === undefined) throw new RangeError(`Resource ${String(resource.name)} has no kind`);
  const { permission = '', ...fields } = resource[kind] as Record<string, string>;
  return { name: resource.name ?? '', kind, fields, permission };
}

function parseResource(value: unknown): AppResource {
  const resource = new JsonFields(value);
  const name = resource.requiredText('name');
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(name)) {
    throw invalidParameter(`Resource name ${name.slice(0, 200)} must be letters, digits, - and _, at most 128.`);
  }
  const description = resource.text('description');
  const given = APP_RESOURCE_KINDS.filter((kind) => resource.value(kind) !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw invalidParameter(`Resource ${name} must have exactly one of ${APP_RESOURCE_KINDS.join(', ')}.`);
  }
  const body = new JsonFields(resource.value(kind));
  const fields = KINDS[kind].fields.map((field): [string, string] => [field, body.requiredText(field)]);
  const permission = body.requiredText('permission');
  if (!KINDS[kind].permissions.includes(permission)) {
    throw invalidParameter(
      `Permission ${permission.slice(0, 100)} of resource ${name} is none of ${KINDS[kind].permissions.join(', ')}.`,
    );
  }
  return {
    name,
    ...(description === undefined ? {} : { description }),
    [kind]: { ...Object.fromEntries(fields), permission },
  };
}

function kindsOf(resource: AppResource): AppResourceKind[] {
  return APP_RESOURCE_KINDS.filter((kind) => resource[kind] !== undefined);
}
