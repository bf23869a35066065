/** The base of the API may stand before each of them. */
const PREFIX = /^\/api\/v\d+(?=\/)/;
const EXCLUDED: ReadonlySet<string> = new Set(['/health', '/ready', '/ping']);
const EXCLUDED_BELOW = ['/internal/', '/admin/system/'];

/**
 * Whether a route is looked at by machines only and would drown what people do. Decided by the template of the route that answered, never
 * by the path that was asked for: so nobody can hide a request by the way they write its path.
 */
export function isExcluded(endpoint: string): boolean {
  const route = endpoint.replace(PREFIX, '');
  return EXCLUDED.has(route) || EXCLUDED_BELOW.some((begin) => route.startsWith(begin));
}
