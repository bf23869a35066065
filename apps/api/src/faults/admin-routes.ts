import type { TestApi } from '../testing/test-api';

/** Every route that only administrators may use, by its path: what is not closed to others shows in the tests of these. */
export function adminRoutes(api: TestApi): readonly { method: string; url: string }[] {
  return api.routes.routes.filter(({ url }) => /^\/api\/v1\/(?:admin\/|lakebase\/pool$)/.test(url));
}
