import { type Tab } from '@lakescope/web-ui';
import { urlOf } from '../catalog-place';

export type TableTab = 'overview' | 'columns' | 'sample' | 'grants' | 'history';

const inPlace: readonly (Tab & { readonly id: TableTab })[] = [
  { id: 'overview', label: $localize`Overview`, trackId: 'catalog-tab-overview' },
  { id: 'columns', label: $localize`Columns`, trackId: 'catalog-tab-columns' },
  { id: 'sample', label: $localize`Sample`, trackId: 'catalog-tab-sample' },
  { id: 'grants', label: $localize`Grants`, trackId: 'catalog-tab-grants' },
  { id: 'history', label: $localize`History`, trackId: 'catalog-tab-history' },
];

/** Where a table is queried: a page of its own, beside the same tree. */
export function queryUrl(names: readonly string[]): string {
  return `${urlOf(names)}/query`;
}

export function tabsOf(names: readonly string[]): readonly Tab[] {
  return [...inPlace, { id: 'query', label: $localize`Query`, trackId: 'catalog-tab-query', link: queryUrl(names) }];
}

/** An unknown or missing tab in a shared link shows the first one instead of nothing. */
export function tabFrom(text: string | undefined): TableTab {
  return inPlace.find(({ id }) => id === text)?.id ?? 'overview';
}
