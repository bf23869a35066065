import { type ServingEndpointDto } from '@lakescope/web-api';
import { type Tab } from '@lakescope/web-ui';
import { isChat } from '../endpoint-states';

export type EndpointTab = 'try' | 'chat' | 'history' | 'metrics' | 'logs' | 'details';

type EndpointTabView = Tab & { readonly id: EndpointTab };

const tabs: readonly EndpointTabView[] = [
  { id: 'try', label: $localize`Try it`, trackId: 'serving-tab-try' },
  { id: 'chat', label: $localize`Chat`, trackId: 'serving-tab-chat' },
  { id: 'history', label: $localize`History`, trackId: 'serving-tab-history' },
  { id: 'metrics', label: $localize`Metrics`, trackId: 'serving-tab-metrics' },
  { id: 'logs', label: $localize`Logs`, trackId: 'serving-tab-logs' },
  { id: 'details', label: $localize`Details`, trackId: 'serving-tab-details' },
];

/** A conversation is offered where one can be had. */
export function tabsOf(endpoint: Pick<ServingEndpointDto, 'task'>): readonly EndpointTabView[] {
  return isChat(endpoint) ? tabs : tabs.filter(({ id }) => id !== 'chat');
}

/** An unknown or missing tab in a shared link shows the first one instead of nothing. */
export function tabFrom(text: string | undefined, among: readonly EndpointTabView[]): EndpointTab {
  return among.find(({ id }) => id === text)?.id ?? 'try';
}
