import { type Tab } from '@lakescope/web-ui';

export type TableTab = 'overview' | 'columns' | 'grants' | 'history';

export const tabs: readonly (Tab & { readonly id: TableTab })[] = [
  { id: 'overview', label: $localize`Overview`, trackId: 'catalog-tab-overview' },
  { id: 'columns', label: $localize`Columns`, trackId: 'catalog-tab-columns' },
  { id: 'grants', label: $localize`Grants`, trackId: 'catalog-tab-grants' },
  { id: 'history', label: $localize`History`, trackId: 'catalog-tab-history' },
];

/** An unknown or missing tab in a shared link shows the first one instead of nothing. */
export function tabFrom(text: string | undefined): TableTab {
  return tabs.find(({ id }) => id === text)?.id ?? 'overview';
}
