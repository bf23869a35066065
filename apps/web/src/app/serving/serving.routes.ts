import { type Routes } from '@angular/router';

export const servingRoutes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: $localize`Serving`,
    loadComponent: () => import('./list/endpoints-page').then((m) => m.EndpointsPage),
  },
  {
    path: 'compare',
    title: $localize`Compare · Serving`,
    loadComponent: () => import('./compare/compare-page').then((m) => m.ComparePage),
  },
  {
    path: ':name',
    title: $localize`Serving`,
    loadComponent: () => import('./endpoint/endpoint-page').then((m) => m.EndpointPage),
  },
];
