import { invalidParameter } from '../../http/refusals';
import type { StoredWarehouse } from './warehouses-document';

/** What a client may say about a warehouse. */
export type WarehouseSettings = Omit<StoredWarehouse, 'id' | 'creator'>;

export const SIZES: readonly string[] = [
  '2X-Small',
  'X-Small',
  'Small',
  'Medium',
  'Large',
  'X-Large',
  '2X-Large',
  '3X-Large',
  '4X-Large',
  '5X-Large',
];

/** What the platform takes when nothing is said. Source: API page of `warehouses/create`. */
const DEFAULTS: Omit<WarehouseSettings, 'name' | 'clusterSize'> = {
  minClusters: 1,
  maxClusters: 1,
  autoStopMinutes: 120,
  type: 'CLASSIC',
  serverless: false,
  photon: true,
  spotInstancePolicy: 'COST_OPTIMIZED',
  channel: 'CHANNEL_NAME_CURRENT',
  tags: [],
};

const MOST_CLUSTERS = 40;

/** Settings of a new warehouse; throws the platform's refusal. */
export function newSettings(body: unknown): WarehouseSettings {
  const { name, clusterSize, ...said } = settingsOf(body);
  if (name === undefined) throw invalidParameter('name is required');
  if (clusterSize === undefined) throw invalidParameter('cluster_size is required');
  const maxClusters = said.maxClusters ?? Math.max(DEFAULTS.maxClusters, said.minClusters ?? 0);
  return consistent({ ...DEFAULTS, ...said, maxClusters, name, clusterSize });
}

/** The settings after an edit: what it does not name stays. */
export function editedSettings(settings: WarehouseSettings, body: unknown): WarehouseSettings {
  return consistent({ ...settings, ...settingsOf(body) });
}

function consistent(settings: WarehouseSettings): WarehouseSettings {
  const { minClusters, maxClusters, autoStopMinutes, type, serverless } = settings;
  if (minClusters > maxClusters) {
    throw invalidParameter('min_num_clusters must not be greater than max_num_clusters');
  }
  if (serverless && type !== 'PRO') {
    throw invalidParameter('Invalid warehouseType: Serverless is only available for PRO warehouses.');
  }
  if (!serverless && autoStopMinutes > 0 && autoStopMinutes < 10) {
    throw invalidParameter('auto_stop_mins must be 0 or at least 10 minutes');
  }
  return settings;
}

function settingsOf(body: unknown): Partial<WarehouseSettings> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidParameter('The request body must be a JSON object');
  }
  const said: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    // Fields that this workspace does not know are ignored, as the platform does; null is as good as absent.
    const rule = RULES.get(field);
    if (rule === undefined || value === null) continue;
    const accepted = rule.accept(value);
    if (accepted === undefined) throw invalidParameter(`${field} ${rule.expectation}`);
    said[rule.setting] = accepted;
  }
  return said;
}

interface Rule {
  readonly setting: keyof WarehouseSettings;
  readonly expectation: string;
  /** Undefined: not accepted. */
  accept(value: unknown): unknown;
}

const rule = (setting: Rule['setting'], expectation: string, accept: Rule['accept']): Rule => ({
  setting,
  expectation,
  accept,
});
const flag = (setting: Rule['setting']): Rule =>
  rule(setting, 'must be a boolean', (value) => (typeof value === 'boolean' ? value : undefined));
const count = (setting: Rule['setting'], low: number, high: number): Rule =>
  rule(setting, `must be an integer between ${low} and ${high}`, (value) => {
    // Numbers may come as text, as everywhere in the platform's JSON.
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    const fits = typeof number === 'number' && Number.isInteger(number) && number >= low && number <= high;
    return fits ? number : undefined;
  });
const oneOf = (setting: Rule['setting'], values: readonly string[]): Rule =>
  rule(setting, `must be one of ${values.join(', ')}`, (value) =>
    typeof value === 'string' && values.includes(value) ? value : undefined,
  );

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['name', rule('name', 'must be a text of 1 to 99 characters', acceptName)],
  ['cluster_size', oneOf('clusterSize', SIZES)],
  ['min_num_clusters', count('minClusters', 1, MOST_CLUSTERS)],
  ['max_num_clusters', count('maxClusters', 1, MOST_CLUSTERS)],
  ['auto_stop_mins', count('autoStopMinutes', 0, 100_000)],
  ['warehouse_type', oneOf('type', ['CLASSIC', 'PRO'])],
  ['enable_serverless_compute', flag('serverless')],
  ['enable_photon', flag('photon')],
  ['spot_instance_policy', oneOf('spotInstancePolicy', ['COST_OPTIMIZED', 'RELIABILITY_OPTIMIZED'])],
  ['channel', rule('channel', 'must name a channel', acceptChannel)],
  ['tags', rule('tags', 'must hold custom_tags, a list of keys and values', acceptTags)],
]);

function acceptName(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value.length < 100 ? value : undefined;
}

function acceptChannel(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  const { name } = value;
  return name === 'CHANNEL_NAME_CURRENT' || name === 'CHANNEL_NAME_PREVIEW' ? name : undefined;
}

function acceptTags(value: unknown): WarehouseSettings['tags'] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('custom_tags' in value)) return [];
  const { custom_tags: tags } = value;
  if (!Array.isArray(tags)) return undefined;
  const accepted: WarehouseSettings['tags'] = [];
  for (const tag of tags as unknown[]) {
    if (typeof tag !== 'object' || tag === null || !('key' in tag) || typeof tag.key !== 'string') return undefined;
    const text: unknown = 'value' in tag ? tag.value : '';
    if (typeof text !== 'string') return undefined;
    accepted.push({ key: tag.key, value: text });
  }
  return accepted;
}
