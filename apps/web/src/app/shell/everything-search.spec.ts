import { unsearchedIn } from './everything-search';

const FINE = { problem: null };
const PROBLEM = {
  type: '/docs/errors#SCOPE_MISSING',
  title: 'Scope missing',
  status: 403,
  detail: 'The token lacks the scope model-serving',
  instance: '/api/v1/search',
  correlation_id: 'c',
  technical_details: { error_type: 'PlatformError' },
  retry_after: null,
} as const;

describe('the search of the palette', () => {
  it('tells what could not be searched, by name and with the reason', () => {
    const refused = { problem: { ...PROBLEM, error_code: 'SCOPE_MISSING' as const } };
    expect(unsearchedIn({ catalog: FINE, serving_endpoints: refused, jobs: FINE })).toEqual([
      { what: 'Serving endpoints', code: 'SCOPE_MISSING', detail: 'The token lacks the scope model-serving' },
    ]);
    expect(unsearchedIn({ catalog: FINE, serving_endpoints: FINE, jobs: FINE })).toEqual([]);
  });

  it('misses no jobs where there is no database that could hold any', () => {
    const none = { problem: { ...PROBLEM, status: 503, error_code: 'LAKEBASE_NOT_CONFIGURED' as const } };
    expect(unsearchedIn({ catalog: FINE, serving_endpoints: FINE, jobs: none })).toEqual([]);
  });
});
