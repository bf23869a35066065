import { type MetricsView, viewFrom, viewParams } from './metrics-view';

const read = (params: Record<string, unknown>) => (name: string) =>
  params[name] === null || params[name] === undefined ? null : String(params[name]);

const everything: MetricsView = {
  range: '30d',
  isCompared: false,
  endpoint: '/api/v1/jobs/:id',
  method: 'GET',
  eventType: 'page_view',
  percentile: 'p99',
  order: { key: 'requests', isDescending: true },
  search: 'jobs',
  page: 2,
  showsUsers: true,
  requests: {
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T00:05:00.000Z',
    status: '5xx',
    minMs: 64,
    userId: 'ana@example.com',
  },
};

describe('the view of the dashboard in the URL', () => {
  it('survives the way through it', () => {
    expect(viewFrom(read(viewParams(everything)))).toEqual(everything);
  });

  it('of somebody who just comes in leaves no trace in it', () => {
    const first = viewFrom(read({}));
    expect(first).toMatchObject({ range: '24h', isCompared: true, percentile: 'all', page: 0 });
    expect(Object.values(viewParams(first)).every((value) => value === null)).toBe(true);
  });

  it('takes nothing for granted that stands in it', () => {
    const view = viewFrom(
      read({
        range: 'x',
        percentile: 'p42',
        page: '-3',
        requests: 'shown',
        status: '9xx',
        min_ms: 'NaN',
        endpoint: ' ',
      }),
    );
    expect(view).toMatchObject({ range: '24h', percentile: 'all', page: 0, endpoint: undefined });
    expect(view.requests).toEqual({
      from: undefined,
      to: undefined,
      status: undefined,
      minMs: undefined,
      userId: undefined,
    });
  });

  it('changes only what it is told to', () => {
    expect(viewParams({ endpoint: '/a', page: 0 })).toEqual({ endpoint: '/a', page: null });
  });
});
