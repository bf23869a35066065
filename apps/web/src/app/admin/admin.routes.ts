import { type Routes } from '@angular/router';
import { AdminPage } from './admin-page';

export const adminRoutes: Routes = [
  {
    path: '',
    component: AdminPage,
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: $localize`Admin`,
        loadComponent: () => import('./overview/admin-overview').then((m) => m.AdminOverview),
      },
      {
        path: 'database',
        title: $localize`Database · Admin`,
        loadComponent: () => import('./database/database-page').then((m) => m.DatabasePage),
      },
      {
        path: 'audit',
        title: $localize`Audit · Admin`,
        loadComponent: () => import('./audit/audit-page').then((m) => m.AuditPage),
      },
      {
        path: 'orphaned',
        title: $localize`Orphaned records · Admin`,
        loadComponent: () => import('./orphaned/orphaned-page').then((m) => m.OrphanedPage),
      },
      {
        path: 'scopes',
        title: $localize`Scopes · Admin`,
        loadComponent: () => import('./scopes/scopes-page').then((m) => m.ScopesPage),
      },
      {
        path: 'setup',
        title: $localize`Set-up · Admin`,
        loadComponent: () => import('./setup/setup-page').then((m) => m.SetupPage),
      },
    ],
  },
];
