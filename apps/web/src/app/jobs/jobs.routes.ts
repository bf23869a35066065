import { type Routes } from '@angular/router';

export const jobsRoutes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: $localize`Jobs`,
    loadComponent: () => import('./list/jobs-page').then((m) => m.JobsPage),
  },
  {
    path: 'new',
    title: $localize`New run · Jobs`,
    loadComponent: () => import('./start/new-job-page').then((m) => m.NewJobPage),
  },
  {
    path: 'schedules',
    title: $localize`Schedules · Jobs`,
    loadComponent: () => import('./schedules/schedules-page').then((m) => m.SchedulesPage),
  },
  {
    path: 'freshness',
    title: $localize`Freshness · Jobs`,
    loadComponent: () => import('./freshness/freshness-page').then((m) => m.FreshnessPage),
  },
  {
    path: ':id',
    title: $localize`Run · Jobs`,
    loadComponent: () => import('./detail/job-page').then((m) => m.JobPage),
  },
];
