import { type ServingEndpointDto } from '@lakescope/web-api';
import { purpose } from '../endpoint-states';

export type EndpointKey = 'name' | 'state' | 'task' | 'creator' | 'updated';

export interface EndpointOrder {
  readonly key: EndpointKey;
  readonly isDescending: boolean;
}

export interface EndpointFilter {
  readonly text: string;
  /** A state, as `states` names it; empty for all. */
  readonly state: string;
  /** What it is for, as `purpose` says it; empty for all. */
  readonly task: string;
}

const KEYS: readonly EndpointKey[] = ['name', 'state', 'task', 'creator', 'updated'];
const collator = new Intl.Collator(undefined, { numeric: true });

/** From the address: `name`, `-updated`; anything else is by name. */
export function orderFrom(text: string | undefined): EndpointOrder {
  const isDescending = text?.startsWith('-') === true;
  const key = KEYS.find((known) => known === (isDescending ? text.slice(1) : text));
  return key === undefined ? { key: 'name', isDescending: false } : { key, isDescending };
}

/** Into the address; the usual order needs no word there. */
export function orderText({ key, isDescending }: EndpointOrder): string | null {
  if (key === 'name' && !isDescending) return null;
  return isDescending ? `-${key}` : key;
}

/** What a click on a heading asks for: the other direction, or a new key, newest first. */
export function nextOrder(present: EndpointOrder, key: EndpointKey): EndpointOrder {
  return { key, isDescending: present.key === key ? !present.isDescending : key === 'updated' };
}

/** The names of the states an endpoint is in: one that is ready may be updating too. */
export function statesOf({ ready, config_update }: ServingEndpointDto): readonly string[] {
  return [
    ready === 'READY' ? 'ready' : 'not-ready',
    ...(config_update === 'IN_PROGRESS' ? ['updating'] : []),
    ...(config_update === 'UPDATE_FAILED' ? ['failed'] : []),
  ];
}

/** Those that are asked for, by name, model or creator, in the order asked for; equal ones by name. */
export function listed(
  endpoints: readonly ServingEndpointDto[],
  { text, state, task }: EndpointFilter,
  { key, isDescending }: EndpointOrder,
): readonly ServingEndpointDto[] {
  const wanted = text.trim().toLowerCase();
  const direction = isDescending ? -1 : 1;
  return endpoints
    .filter(
      (endpoint) =>
        (state === '' || statesOf(endpoint).includes(state)) &&
        (task === '' || purpose(endpoint) === task) &&
        wordsOf(endpoint).some((word) => word.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => collator.compare(valueOf(a, key), valueOf(b, key)) * direction || collator.compare(a.name, b.name));
}

function wordsOf({ name, creator, entities }: ServingEndpointDto): readonly string[] {
  return [name, creator ?? '', ...entities.map(({ entity_name }) => entity_name ?? '')];
}

function valueOf(endpoint: ServingEndpointDto, key: EndpointKey): string {
  switch (key) {
    case 'state':
      return `${endpoint.ready} ${endpoint.config_update}`;
    case 'task':
      return purpose(endpoint);
    case 'creator':
      return endpoint.creator ?? '';
    case 'updated':
      return endpoint.updated_at ?? '';
    default:
      return endpoint.name;
  }
}
