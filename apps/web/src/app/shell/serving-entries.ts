import { computed, type Signal } from '@angular/core';
import { apiResource, listServingEndpoints, type ServingEndpointDto } from '@lakescope/web-api';
import { type PaletteEntry } from './palette-entries';

const PAGE_SIZE = 500;
/** The others are found on their own page. */
const MOST_SHOWN = 8;

/** The serving endpoints whose names or models hold a text; asked for once, with the first character of it. */
export function servingSearch(text: Signal<string>): Signal<readonly PaletteEntry[]> {
  const isAsked = computed(() => text().trim() !== '');
  const endpoints = apiResource(listServingEndpoints, () => (isAsked() ? { query: { limit: PAGE_SIZE } } : undefined));
  return computed(() => (isAsked() ? servingEntries(text(), endpoints.latest()?.items ?? []) : []));
}

type Endpoint = Pick<ServingEndpointDto, 'name'> & {
  readonly entities: readonly Pick<ServingEndpointDto['entities'][number], 'entity_name'>[];
};

export function servingEntries(text: string, endpoints: readonly Endpoint[]): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase();
  const words = ({ name, entities }: Endpoint): string =>
    [name, ...entities.map(({ entity_name }) => entity_name ?? '')].join(' ').toLowerCase();
  return endpoints
    .filter((endpoint) => words(endpoint).includes(wanted))
    .slice(0, MOST_SHOWN)
    .map(({ name, entities }) => ({
      id: `serving:${name}`,
      group: $localize`Serving endpoints`,
      label: name,
      hint: entities[0]?.entity_name ?? '',
      icon: 'serving',
      commands: ['/serving', name],
      query: {},
    }));
}
