import { type Params } from '@angular/router';
import { type PercentileChoice } from '@lakescope/web-charts';
import { type EndpointOrder, orderFrom, orderText } from './endpoint-order';
import { type MetricsRange, rangeFrom, rangeParams } from './metrics-range';

/** Single requests that are looked into: those of the filter, in a part of the time, that failed or were slow so. */
export interface RequestsView {
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly minMs?: number;
  readonly userId?: string;
}

/** Everything that the dashboard shows, as the URL says it. */
export interface MetricsView {
  readonly range: MetricsRange;
  readonly isCompared: boolean;
  readonly endpoint?: string;
  readonly method?: string;
  readonly eventType?: string;
  readonly percentile: PercentileChoice;
  readonly order: EndpointOrder;
  /** Part of the name of an endpoint. */
  readonly search: string;
  /** Of the endpoints, from 0. */
  readonly page: number;
  readonly showsUsers: boolean;
  /** Undefined while nobody looks into single requests. */
  readonly requests?: RequestsView;
}

const PERCENTILES: readonly PercentileChoice[] = ['p50', 'p95', 'p99', 'all'];

/** Reads the parameters; what makes no sense is as if it were not there. */
export function viewFrom(read: (name: string) => string | null): MetricsView {
  const text = (name: string): string | undefined => read(name)?.trim() || undefined;
  const minMs = Number(text('min_ms'));
  const requests: RequestsView = {
    from: text('from'),
    to: text('to'),
    status: /^[1-5](xx|\d\d)$/.test(text('status') ?? '') ? text('status') : undefined,
    minMs: minMs > 0 && Number.isFinite(minMs) ? minMs : undefined,
    userId: text('user'),
  };
  return {
    range: rangeFrom(read),
    isCompared: read('compare') !== 'off',
    endpoint: text('endpoint'),
    method: text('method'),
    eventType: text('event_type'),
    percentile: PERCENTILES.find((choice) => choice === read('percentile')) ?? 'all',
    order: orderFrom(read('sort')),
    search: read('search') ?? '',
    page: Math.max(0, Math.floor(Number(read('page') ?? 0)) || 0),
    showsUsers: read('users') === 'shown',
    requests: read('requests') === 'shown' ? requests : undefined,
  };
}

/** The parameters that a change of the view sets or takes away; the others stay. */
export function viewParams(change: Partial<MetricsView>): Params {
  const params: Params = {};
  const set = (name: keyof MetricsView, written: () => Params): void => {
    if (name in change) Object.assign(params, written());
  };
  set('range', () => rangeParams(change.range ?? '24h'));
  set('isCompared', () => ({ compare: change.isCompared ? null : 'off' }));
  set('endpoint', () => ({ endpoint: change.endpoint ?? null }));
  set('method', () => ({ method: change.method ?? null }));
  set('eventType', () => ({ event_type: change.eventType ?? null }));
  set('percentile', () => ({ percentile: change.percentile === 'all' ? null : change.percentile }));
  set('order', () => ({ sort: change.order ? orderText(change.order) : null }));
  set('search', () => ({ search: change.search || null }));
  set('page', () => ({ page: change.page || null }));
  set('showsUsers', () => ({ users: change.showsUsers ? 'shown' : null }));
  set('requests', () => ({
    requests: change.requests ? 'shown' : null,
    from: change.requests?.from ?? null,
    to: change.requests?.to ?? null,
    status: change.requests?.status ?? null,
    min_ms: change.requests?.minMs ?? null,
    user: change.requests?.userId ?? null,
  }));
  return params;
}
