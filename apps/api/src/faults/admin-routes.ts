import type { TestApi } from '../testing/test-api';

const CLOSED = /^\/api\/v1\/(?:admin\/|lakebase\/pool$|metrics\/(?!usage-events$|usage\/count$|prometheus$))/;

/** Every route that only administrators may use, by its path: what is not closed to others shows in the tests of these. */
export function adminRoutes(api: TestApi): readonly { method: string; url: string }[] {
  return api.routes.routes.filter(({ url }) => CLOSED.test(url));
}
