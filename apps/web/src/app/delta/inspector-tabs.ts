import { type Tab } from '@lakescope/web-ui';

export type InspectorTab = 'overview' | 'schema' | 'history' | 'files' | 'preview' | 'log';

export const tabs: readonly (Tab & { readonly id: InspectorTab })[] = [
  { id: 'overview', label: $localize`Overview`, trackId: 'delta-tab-overview' },
  { id: 'schema', label: $localize`Schema`, trackId: 'delta-tab-schema' },
  { id: 'history', label: $localize`History`, trackId: 'delta-tab-history' },
  { id: 'files', label: $localize`Files`, trackId: 'delta-tab-files' },
  { id: 'preview', label: $localize`Preview`, trackId: 'delta-tab-preview' },
  { id: 'log', label: $localize`Log`, trackId: 'delta-tab-log' },
];

/** An unknown or missing tab in a shared link shows the first one instead of nothing. */
export function tabFrom(text: string | undefined): InspectorTab {
  return tabs.find(({ id }) => id === text)?.id ?? 'overview';
}
