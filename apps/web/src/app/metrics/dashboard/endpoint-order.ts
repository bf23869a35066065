import { type EndpointMetricsDto } from '@lakescope/web-api';

export const SORT_KEYS = [
  'endpoint',
  'method',
  'requests',
  'errors',
  'error_rate',
  'avg',
  'p50',
  'p95',
  'p99',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface EndpointOrder {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** Slowest on average first. */
const FIRST: EndpointOrder = { key: 'avg', isDescending: true };

/** `-p95` and the like, as it stands in the URL. */
export function orderFrom(text: string | null): EndpointOrder {
  const isDescending = text?.startsWith('-') ?? false;
  const name = isDescending ? text?.slice(1) : text;
  const key = SORT_KEYS.find((candidate) => candidate === name);
  return key === undefined ? FIRST : { key, isDescending };
}

export function orderText({ key, isDescending }: EndpointOrder): string | null {
  return key === FIRST.key && isDescending ? null : (isDescending ? '-' : '') + key;
}

/** What a click on a heading asks for: the other way round, or, for another column, numbers from above and names from below. */
export function nextOrder(present: EndpointOrder, key: SortKey): EndpointOrder {
  if (present.key === key) return { key, isDescending: !present.isDescending };
  return { key, isDescending: key !== 'endpoint' && key !== 'method' };
}

const names = new Intl.Collator('en');

/** By one column; what is equal in it, or unknown, by name. */
export function sortEndpoints(
  endpoints: readonly EndpointMetricsDto[],
  { key, isDescending }: EndpointOrder,
): readonly EndpointMetricsDto[] {
  const direction = isDescending ? -1 : 1;
  const byName = (a: EndpointMetricsDto, b: EndpointMetricsDto): number =>
    names.compare(a.endpoint, b.endpoint) || names.compare(a.method, b.method);
  return [...endpoints].sort((a, b) => {
    if (key === 'endpoint') return byName(a, b) * direction;
    if (key === 'method') return names.compare(a.method, b.method) * direction || byName(a, b);
    return ((numberOf(a, key) ?? -1) - (numberOf(b, key) ?? -1)) * direction || byName(a, b);
  });
}

export function numberOf(endpoint: EndpointMetricsDto, key: Exclude<SortKey, 'endpoint' | 'method'>): number | null {
  switch (key) {
    case 'requests':
      return endpoint.request_count;
    case 'errors':
      return endpoint.error_count;
    case 'error_rate':
      return endpoint.error_rate;
    case 'avg':
      return endpoint.avg_response_time_ms;
    case 'p50':
      return endpoint.p50_response_time_ms;
    case 'p95':
      return endpoint.p95_response_time_ms;
    case 'p99':
      return endpoint.p99_response_time_ms;
  }
}
