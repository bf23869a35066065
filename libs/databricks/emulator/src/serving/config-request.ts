import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';
import { externalModelFrom } from './external/external-model-request';
import type { StoredConfig, StoredEntity } from './serving-document';

/** A model as somebody wants it served, not yet looked up. */
export type NewEntity = Omit<StoredEntity, 'creator' | 'createdAt'>;

export interface NewConfig {
  readonly entities: readonly NewEntity[];
  readonly routes: StoredConfig['routes'];
}

const MOST_ENTITIES = 15;
const SIZES: readonly string[] = ['Small', 'Medium', 'Large'];
const TYPES: readonly string[] = ['CPU', 'GPU_SMALL', 'GPU_MEDIUM', 'GPU_LARGE', 'MULTIGPU_MEDIUM'];
/** Models of the platform's own catalog. */
const FOUNDATION = 'system.ai.';

/** The body of `PUT .../config`, and `config` of a new endpoint. */
export function configFrom(body: unknown): NewConfig {
  const fields = new JsonFields(body);
  const said = fields.value('served_entities') ?? fields.value('served_models');
  if (said === undefined) throw invalidParameter('Missing required field: served_entities');
  const items = listOf(said, 'served_entities');
  if (items.length === 0) throw invalidParameter('served_entities must not be empty');
  if (items.length > MOST_ENTITIES) {
    throw invalidParameter(`An endpoint may serve at most ${MOST_ENTITIES} entities`);
  }
  const entities = items.map(entityFrom);
  const names = entities.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`Served entity name '${twice}' is not unique`);
  return { entities, routes: routesFrom(fields.value('traffic_config'), names) };
}

function entityFrom(item: unknown): NewEntity {
  const fields = new JsonFields(item);
  const external = fields.value('external_model');
  const foundation = fields.value('foundation_model');
  if (external !== undefined) {
    const { name, model } = externalModelFrom(external);
    return named({ kind: 'external', entityName: name, external: model, scaleToZero: false }, fields, name);
  }
  const entityName =
    foundation === undefined
      ? (fields.text('entity_name') ?? fields.requiredText('model_name'))
      : new JsonFields(foundation).requiredText('name');
  const model = entityName.split('.').at(-1) ?? entityName;
  if (foundation !== undefined || entityName.startsWith(FOUNDATION)) {
    return named({ kind: 'foundation', entityName, scaleToZero: false }, fields, model);
  }
  const version = versionFrom(fields.value('entity_version') ?? fields.value('model_version'));
  const environment = environmentFrom(fields.value('environment_vars'));
  return named(
    {
      kind: 'custom',
      entityName,
      entityVersion: version,
      workloadSize: oneOf(fields.text('workload_size') ?? 'Small', 'workload_size', SIZES),
      workloadType: oneOf(fields.text('workload_type') ?? 'CPU', 'workload_type', TYPES),
      scaleToZero: fields.flag('scale_to_zero_enabled'),
      ...(environment === undefined ? {} : { environment }),
    },
    fields,
    `${model}-${version}`,
  );
}

/** Its own name, or one made of the model's as the platform does. */
function named(entity: Omit<NewEntity, 'name'>, fields: JsonFields, otherwise: string): NewEntity {
  const name = fields.text('name') ?? otherwise.replaceAll(/[^\w-]/g, '-').slice(0, 63);
  if (/^[A-Za-z0-9](?:[\w-]{0,61}[A-Za-z0-9])?$/.test(name)) return { name, ...entity };
  throw invalidParameter(
    `Served entity name '${name.slice(0, 100)}' must consist of alphanumeric characters, dashes and underscores`,
  );
}

function versionFrom(value: unknown): string {
  if (value === undefined) throw invalidParameter('Missing required field: entity_version');
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return text;
  throw invalidParameter('entity_version must be the number of a version');
}

function environmentFrom(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('environment_vars must map names to texts');
  }
  const variables: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string' || !/^[A-Za-z_]\w*$/.test(name) || name === '__proto__') {
      throw invalidParameter('environment_vars must map names to texts');
    }
    variables[name] = text;
  }
  return variables;
}

function routesFrom(value: unknown, names: readonly string[]): StoredConfig['routes'] {
  if (value === undefined) {
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return [{ entity: only, percentage: 100 }];
    throw invalidParameter('traffic_config is required for more than one served entity');
  }
  const routes = listOf(new JsonFields(value).value('routes') ?? [], 'routes').map((item) => {
    const fields = new JsonFields(item);
    const entity = fields.text('served_entity_name') ?? fields.requiredText('served_model_name');
    if (!names.includes(entity)) {
      throw invalidParameter(`Route names served entity '${entity.slice(0, 100)}', which the config does not have`);
    }
    const percentage = fields.value('traffic_percentage');
    if (typeof percentage !== 'number' || !Number.isInteger(percentage) || percentage < 0 || percentage > 100) {
      throw invalidParameter('traffic_percentage must be an integer between 0 and 100');
    }
    return { entity, percentage };
  });
  if (new Set(routes.map(({ entity }) => entity)).size < routes.length) {
    throw invalidParameter('A served entity may have one route only');
  }
  const total = routes.reduce((sum, { percentage }) => sum + percentage, 0);
  if (total !== 100) throw invalidParameter(`The traffic percentages must add up to 100, not ${total}`);
  return routes;
}

function oneOf(value: string, name: string, values: readonly string[]): string {
  if (values.includes(value)) return value;
  throw invalidParameter(`${name} must be one of ${values.join(', ')}`);
}
