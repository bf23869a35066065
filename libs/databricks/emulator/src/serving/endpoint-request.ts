import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';
import { configFrom, type NewConfig } from './config-request';
import type { RateLimitKey, StoredEndpoint, StoredRateLimit } from './serving-document';

/** What somebody may say of a new endpoint. */
export interface NewEndpoint extends Pick<
  StoredEndpoint,
  'name' | 'description' | 'routeOptimized' | 'tags' | 'rateLimits' | 'usageTracking'
> {
  readonly config: NewConfig | undefined;
}

/** Limits of the API reference. */
const LONGEST_NAME = 63;
const MOST_TAGS = 20;

export function newEndpoint(body: unknown): NewEndpoint {
  const fields = new JsonFields(body);
  const name = fields.requiredText('name');
  if (name.length > LONGEST_NAME || !/^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?$/.test(name)) {
    throw invalidParameter(
      `Endpoint name must be maximum ${LONGEST_NAME} characters, consist of alphanumeric characters, dashes and underscores, and begin and end with an alphanumeric character.`,
    );
  }
  const gateway = fields.value('ai_gateway');
  const limits = fields.value('rate_limits');
  const config = fields.value('config');
  return {
    name,
    description: fields.text('description') ?? '',
    routeOptimized: fields.flag('route_optimized'),
    tags: tagsFrom(fields.value('tags')),
    ...(gateway === undefined ? { rateLimits: limitsFrom(limits), usageTracking: false } : gatewayFrom(gateway)),
    config: config === undefined ? undefined : configFrom(config),
  };
}

/** `PUT .../ai-gateway`: what is not said is off. */
export function gatewayFrom(body: unknown): Pick<StoredEndpoint, 'rateLimits' | 'usageTracking'> {
  const fields = new JsonFields(body);
  const tracking = fields.value('usage_tracking_config');
  return {
    rateLimits: limitsFrom(fields.value('rate_limits')),
    usageTracking: tracking !== undefined && new JsonFields(tracking).flag('enabled'),
  };
}

const KEYS: readonly RateLimitKey[] = ['user', 'endpoint', 'user_group', 'service_principal'];

export function limitsFrom(value: unknown): StoredRateLimit[] {
  if (value === undefined) return [];
  return listOf(value, 'rate_limits').map((item) => {
    const fields = new JsonFields(item);
    if (fields.requiredText('renewal_period') !== 'minute') throw invalidParameter('renewal_period must be minute');
    const said = fields.text('key') ?? 'endpoint';
    const key = KEYS.find((one) => one === said);
    if (key === undefined) throw invalidParameter(`key must be one of ${KEYS.join(', ')}`);
    const calls = countFrom(fields.value('calls'), 'calls');
    const tokens = countFrom(fields.value('tokens'), 'tokens');
    if (calls === undefined && tokens === undefined) throw invalidParameter('A rate limit needs calls or tokens');
    const principal = fields.text('principal');
    if (key === 'user_group' && principal === undefined) {
      throw invalidParameter('principal is required for key user_group');
    }
    return {
      key,
      ...(calls === undefined ? {} : { calls }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(principal === undefined ? {} : { principal }),
    };
  });
}

export function tagsFrom(value: unknown): StoredEndpoint['tags'] {
  if (value === undefined) return [];
  const tags = listOf(value, 'tags').map((item) => {
    const fields = new JsonFields(item);
    return { key: fields.requiredText('key'), value: fields.text('value') ?? '' };
  });
  return withinTagLimit([...new Map(tags.map((tag) => [tag.key, tag])).values()]);
}

/** `PATCH .../tags`: those of an endpoint after it. */
export function changedTags(tags: StoredEndpoint['tags'], body: unknown): StoredEndpoint['tags'] {
  const fields = new JsonFields(body);
  const added = tagsFrom(fields.value('add_tags'));
  const deleted = fields.value('delete_tags') === undefined ? [] : listOf(fields.value('delete_tags'), 'delete_tags');
  const gone = new Set<unknown>([...deleted, ...added.map(({ key }) => key)]);
  return withinTagLimit([...tags.filter(({ key }) => !gone.has(key)), ...added]);
}

function withinTagLimit(tags: StoredEndpoint['tags']): StoredEndpoint['tags'] {
  if (tags.length <= MOST_TAGS) return tags;
  throw invalidParameter(`An endpoint may have at most ${MOST_TAGS} tags`);
}

function countFrom(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  // Numbers of 64 bits may come as text, as everywhere in the platform's JSON.
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw invalidParameter(`${name} must be a non-negative integer`);
}
