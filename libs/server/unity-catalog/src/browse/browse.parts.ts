import { BrowsePermissions } from './browse-permissions';
import { CatalogBrowser } from './catalog-browser';
import { CatalogLists } from './catalog-lists';
import { CatalogSources } from './catalog-sources';
import { CatalogsController } from './catalogs.controller';
import { CatalogSearch } from './search/catalog-search';
import { ObjectIndexes } from './search/object-indexes';
import { SearchController } from './search/search.controller';
import { TableDetails } from './table-details';
import { TablesController } from './tables.controller';

/** What the module is made of for browsing. */
export const BROWSE_CONTROLLERS = [CatalogsController, TablesController, SearchController];
export const BROWSE_PROVIDERS = [
  BrowsePermissions,
  CatalogBrowser,
  CatalogLists,
  CatalogSearch,
  CatalogSources,
  ObjectIndexes,
  TableDetails,
];
