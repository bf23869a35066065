import { type Routes } from '@angular/router';

export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: $localize`Home`,
    loadComponent: () => import('./home/home-page').then((m) => m.HomePage),
  },
  {
    path: 'files',
    title: $localize`Files`,
    loadComponent: () => import('./files/files-page').then((m) => m.FilesPage),
  },
  {
    path: 'delta',
    title: $localize`Delta`,
    loadComponent: () => import('./delta/delta-page').then((m) => m.DeltaPage),
  },
  {
    path: '**',
    title: $localize`Not found`,
    loadComponent: () => import('./shell/not-found-page').then((m) => m.NotFoundPage),
  },
];
