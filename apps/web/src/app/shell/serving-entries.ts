import { type ServingEndpointDto } from '@lakescope/web-api';
import { type PaletteEntry } from './palette-entries';

/** The others are found on their own page. */
const MOST_SHOWN = 8;

type Endpoint = Pick<ServingEndpointDto, 'name'> & {
  readonly entities: readonly Pick<ServingEndpointDto['entities'][number], 'entity_name'>[];
};

/** Serving endpoints that were found, the best first. */
export function servingEntries(endpoints: readonly Endpoint[]): readonly PaletteEntry[] {
  return endpoints.slice(0, MOST_SHOWN).map(({ name, entities }) => ({
    id: `serving:${name}`,
    group: $localize`Serving endpoints`,
    label: name,
    hint: entities[0]?.entity_name ?? '',
    icon: 'serving',
    commands: ['/serving', name],
    query: {},
  }));
}
