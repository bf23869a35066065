import { inject } from '@angular/core';
import { type CanActivateFn, Router, type Routes } from '@angular/router';
import { COMPARISON } from './comparison-address';

/** The comparison stood at `/serving/compare` once; what names a side there can be nothing else, as an endpoint has no sides. */
const fromFormerComparison: CanActivateFn = ({ params, queryParams }) => {
  const { left, right } = queryParams;
  if (params['name'] !== 'compare' || (left === undefined && right === undefined)) return true;
  return inject(Router).createUrlTree([COMPARISON], { queryParams });
};

export const servingRoutes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: $localize`Serving`,
    loadComponent: () => import('./list/endpoints-page').then((m) => m.EndpointsPage),
  },
  {
    path: '-/compare',
    title: $localize`Compare · Serving`,
    loadComponent: () => import('./compare/compare-page').then((m) => m.ComparePage),
  },
  {
    path: ':name',
    canActivate: [fromFormerComparison],
    title: $localize`Serving`,
    loadComponent: () => import('./endpoint/endpoint-page').then((m) => m.EndpointPage),
  },
];
