import { type Routes } from '@angular/router';

export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: $localize`Home`,
    loadComponent: () => import('./home/home-page').then((m) => m.HomePage),
  },
  {
    path: 'catalog',
    loadChildren: () => import('./catalog/catalog.routes').then((m) => m.catalogRoutes),
  },
  {
    path: 'files',
    title: $localize`Files`,
    loadComponent: () => import('./files/files-page').then((m) => m.FilesPage),
  },
  {
    path: 's3',
    title: $localize`S3 connections`,
    loadComponent: () => import('./s3/connections/connections-page').then((m) => m.ConnectionsPage),
  },
  {
    path: 's3/:connection',
    title: $localize`S3`,
    loadComponent: () => import('./s3/browser/browser-page').then((m) => m.BrowserPage),
  },
  {
    path: 'delta',
    title: $localize`Delta`,
    loadComponent: () => import('./delta/delta-page').then((m) => m.DeltaPage),
  },
  {
    path: 'serving',
    loadChildren: () => import('./serving/serving.routes').then((m) => m.servingRoutes),
  },
  {
    path: 'jobs',
    loadChildren: () => import('./jobs/jobs.routes').then((m) => m.jobsRoutes),
  },
  {
    path: 'permissions',
    title: $localize`Permissions`,
    loadComponent: () => import('./permissions/permissions-page').then((m) => m.PermissionsPage),
  },
  {
    path: 'preferences',
    title: $localize`Preferences`,
    loadComponent: () => import('./preferences/preferences-page').then((m) => m.PreferencesPage),
  },
  {
    path: 'usage-metrics',
    loadChildren: () => import('./metrics/metrics.routes').then((m) => m.metricsRoutes),
  },
  {
    path: 'admin',
    loadChildren: () => import('./admin/admin.routes').then((m) => m.adminRoutes),
  },
  {
    path: '**',
    title: $localize`Not found`,
    loadComponent: () => import('./shell/not-found-page').then((m) => m.NotFoundPage),
  },
];
