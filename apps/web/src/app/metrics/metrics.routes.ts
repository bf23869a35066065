import { type Routes } from '@angular/router';
import { MetricsPage } from './metrics-page';

export const metricsRoutes: Routes = [
  {
    path: '',
    component: MetricsPage,
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: $localize`Metrics`,
        loadComponent: () => import('./dashboard/dashboard').then((m) => m.Dashboard),
      },
      {
        path: 'alerts',
        title: $localize`Alerts · Metrics`,
        loadComponent: () => import('./alerts/alerts-page').then((m) => m.AlertsPage),
      },
    ],
  },
];
