import { type ActivatedRouteSnapshot } from '@angular/router';

/**
 * The page as its routes name it, `/admin/audit`: parameters stay names, and nothing of the query is in it, for that is
 * where paths of tables and people stand. Undefined before the first page is there.
 */
export function pageName(root: ActivatedRouteSnapshot): string | undefined {
  if (root.firstChild === null) return undefined;
  const parts: string[] = [];
  for (let route: ActivatedRouteSnapshot | null = root.firstChild; route !== null; route = route.firstChild) {
    const path = route.routeConfig?.path;
    if (path) parts.push(path);
  }
  return `/${parts.join('/')}`;
}
