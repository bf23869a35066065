import { invalidParameter, ServiceRefusal, type Refusal } from '../http/refusals';

/** The kinds of things an Autoscaling project is made of. */
export type PostgresKind = 'project' | 'branch' | 'endpoint' | 'database' | 'role';

export type Fields = Readonly<Record<string, unknown>>;

export interface KindRules {
  /** What its list is called, in paths and answers. */
  readonly collection: string;
  readonly parent: PostgresKind | undefined;
  /** The fields of a spec that there are, which show up again in the status. */
  readonly specFields: readonly string[];
  /** Fields of which only one may be given go into an update mask by the name of their group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** What a new one says of itself where its spec says nothing. */
  defaults(id: string, name: string): Fields;
  readonly duplicate: () => Refusal;
}

const suspension = ['suspend_timeout_duration', 'no_suspension'];

/** Facts of the API that are not in its reference are from the tests of Databricks' own CLI (libs/testserver). */
export const POSTGRES_KINDS: Readonly<Record<PostgresKind, KindRules>> = {
  project: {
    collection: 'projects',
    parent: undefined,
    specFields: [
      'display_name',
      'pg_version',
      'history_retention_duration',
      'default_endpoint_settings',
      'enable_pg_native_login',
      'budget_policy_id',
      'custom_tags',
      'default_branch',
    ],
    groups: {},
    defaults: (id, name) => ({
      project_id: id,
      display_name: id,
      pg_version: 17,
      default_branch: `${name}/branches/production`,
      history_retention_duration: '604800s',
      enable_pg_native_login: false,
      branch_logical_size_limit_bytes: 8_796_093_022_208,
      synthetic_storage_size_bytes: 0,
      default_endpoint_settings: {
        autoscaling_limit_min_cu: 1,
        autoscaling_limit_max_cu: 1,
        suspend_timeout_duration: '86400s',
      },
    }),
    duplicate: () => new ServiceRefusal(409, 'ALREADY_EXISTS', 'project with such id already exists in the workspace'),
  },
  branch: {
    collection: 'branches',
    parent: 'project',
    specFields: ['is_protected', 'expire_time', 'ttl', 'no_expiry', 'source_branch'],
    groups: { expiration: ['expire_time', 'ttl', 'no_expiry'] },
    defaults: (id) => ({ branch_id: id, default: false, is_protected: false, logical_size_bytes: 0 }),
    duplicate: () => new ServiceRefusal(409, 'ALREADY_EXISTS', 'branch with such id already exists'),
  },
  endpoint: {
    collection: 'endpoints',
    parent: 'branch',
    specFields: [
      'endpoint_type',
      'autoscaling_limit_min_cu',
      'autoscaling_limit_max_cu',
      'disabled',
      'group',
      'settings',
      ...suspension,
    ],
    groups: { suspension },
    defaults: (id) => ({
      endpoint_id: id,
      endpoint_type: 'ENDPOINT_TYPE_READ_WRITE',
      autoscaling_limit_min_cu: 1,
      autoscaling_limit_max_cu: 1,
      suspend_timeout_duration: '86400s',
      disabled: false,
      settings: {},
    }),
    duplicate: () => new ServiceRefusal(409, 'ALREADY_EXISTS', 'endpoint with such id already exists'),
  },
  database: {
    collection: 'databases',
    parent: 'branch',
    specFields: ['postgres_database', 'role'],
    groups: {},
    defaults: (id) => ({ database_id: id, postgres_database: id.replaceAll('-', '_') }),
    duplicate: () => new ServiceRefusal(400, 'BAD_REQUEST', 'database with that name already exists'),
  },
  role: {
    collection: 'roles',
    parent: 'branch',
    specFields: ['postgres_role', 'identity_type', 'auth_method', 'membership_roles', 'attributes'],
    groups: {},
    defaults: (id) => ({
      role_id: id,
      postgres_role: id,
      identity_type: 'IDENTITY_TYPE_UNSPECIFIED',
      auth_method: 'PG_PASSWORD_SCRAM_SHA_256',
      attributes: { createdb: false, createrole: false, bypassrls: false },
    }),
    duplicate: () => new ServiceRefusal(400, 'BAD_REQUEST', 'role with that name already exists'),
  },
};

const shortestId: Readonly<Record<PostgresKind, number>> = {
  project: 1,
  branch: 1,
  endpoint: 1,
  database: 1,
  role: 4,
};

/** The id a new resource is to have (RFC 1123 labels); only roles may leave it to the platform. */
export function acceptedId(kind: PostgresKind, id: string | undefined): string {
  if (id === undefined) {
    throw invalidParameter(`Field '${kind}_id' is required, expected non-default value (not "")!`);
  }
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(id) || id.length < shortestId[kind]) {
    throw invalidParameter(
      `Field '${kind}_id' must be ${shortestId[kind]}-63 characters, start with a lowercase letter, and contain only lowercase letters, numbers and hyphens (RFC 1123).`,
    );
  }
  return id;
}

/** The fields of a new resource's spec that its status repeats. */
export function statusFromSpec(kind: PostgresKind, spec: Fields): Fields {
  const { specFields } = POSTGRES_KINDS[kind];
  const unknown = Object.keys(spec).find((field) => !specFields.includes(field));
  if (unknown !== undefined) throw invalidParameter(`Unknown field '${kind}.spec.${unknown}'`);
  if (kind === 'database' && typeof spec['role'] !== 'string') {
    throw invalidParameter(`Field 'database.spec.role' is required, expected non-default value (not "")!`);
  }
  if (kind === 'role' && spec['auth_method'] === undefined && spec['identity_type'] !== undefined) {
    // The platform derives how somebody logs in from what kind of identity it is.
    return { ...spec, auth_method: spec['identity_type'] === 'GROUP' ? 'NO_LOGIN' : 'LAKEBASE_OAUTH_V1' };
  }
  return spec;
}

/** The status after an update of what the mask names; without a mask all that is given. */
export function updatedStatus(kind: PostgresKind, status: Fields, spec: Fields, mask: string | undefined): Fields {
  const paths = (mask ?? 'spec').split(',').map((path) => path.trim());
  let updated = status;
  for (const path of paths.filter((name) => name !== '' && !/^initial_\w+_spec$/.test(name))) {
    if (path === 'spec' || path === '*') updated = { ...updated, ...statusFromSpec(kind, spec) };
    else updated = withPath(updated, path, fieldsOf(kind, path), spec);
  }
  return updated;
}

/** Which top-level fields of the spec a path of a mask stands for. */
function fieldsOf(kind: PostgresKind, path: string): readonly string[] {
  const { specFields, groups } = POSTGRES_KINDS[kind];
  const [root, field = ''] = path.split('.');
  const grouped = Object.values(groups).flat();
  const fields = groups[field] ?? (specFields.includes(field) && !grouped.includes(field) ? [field] : []);
  if (root !== 'spec' || fields.length === 0) throw invalidParameter(`Unknown field path in update_mask: '${path}'`);
  return fields;
}

function withPath(status: Fields, path: string, fields: readonly string[], spec: Fields): Fields {
  const given = fields.filter((field) => spec[field] !== undefined);
  if (given.length === 0) throw invalidParameter(`Field '${path}' is in update_mask but not provided in request`);
  const [, , ...inner] = path.split('.');
  const updated = new Map(Object.entries(status));
  for (const field of fields) {
    const value = spec[field];
    if (value === undefined) updated.delete(field);
    else updated.set(field, inner.length === 0 ? value : { ...asFields(updated.get(field)), ...asFields(value) });
  }
  return Object.fromEntries(updated);
}

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
