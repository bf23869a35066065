import { type Routes } from '@angular/router';
import { CatalogPage } from './catalog-page';
import { CatalogView } from './catalog-view';
import { MetastoreView } from './metastore-view';
import { ObjectPage } from './object-page';
import { SchemaView } from './schema/schema-view';

/** By their depth; the tree beside them belongs to the page around them all, so it stays as it is. */
export const catalogRoutes: Routes = [
  {
    path: '',
    component: CatalogPage,
    children: [
      { path: '', pathMatch: 'full', title: $localize`Catalog`, component: MetastoreView },
      { path: ':catalog', title: $localize`Catalog`, component: CatalogView },
      { path: ':catalog/:schema', title: $localize`Catalog`, component: SchemaView },
      {
        path: ':catalog/:schema/:table/query',
        title: $localize`Query`,
        loadComponent: () => import('./query/query-page').then((m) => m.QueryPage),
      },
      { path: ':catalog/:schema/:object', title: $localize`Catalog`, component: ObjectPage },
    ],
  },
];
