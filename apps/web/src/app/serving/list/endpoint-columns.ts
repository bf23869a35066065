import { type ServedEntityDto, type ServingEndpointDto } from '@lakescope/web-api';
import { type CsvCell } from '@lakescope/web-ui';
import { type ListColumn } from '../shown-columns';
import { type EndpointKey } from './endpoint-list';

export type EndpointColumn = Exclude<EndpointKey, 'name'> | 'models' | 'permission';

/** A column of the list; `sort` is set where the list can be ordered by it. */
export interface EndpointColumnView extends ListColumn<EndpointColumn> {
  readonly sort: EndpointKey | undefined;
}

/** What may be left out of the list; the name stays, as it is what leads on. */
export const ENDPOINT_COLUMNS: readonly EndpointColumnView[] = [
  { key: 'state', name: $localize`State`, sort: 'state' },
  { key: 'task', name: $localize`Task`, sort: 'task' },
  { key: 'models', name: $localize`Models and traffic`, sort: undefined },
  { key: 'permission', name: $localize`You`, sort: undefined },
  { key: 'creator', name: $localize`Creator`, sort: 'creator' },
  { key: 'updated', name: $localize`Updated`, sort: 'updated' },
];

type Field = readonly [string, (endpoint: ServingEndpointDto) => CsvCell];

const FIELDS: Readonly<Record<EndpointColumn, readonly Field[]>> = {
  state: [
    ['ready', ({ ready }) => ready],
    ['config_update', ({ config_update }) => config_update],
  ],
  task: [
    ['task', ({ task }) => task],
    ['detected_type', ({ detected_type }) => detected_type],
  ],
  models: [['entities', ({ entities }) => entities.map(entityText).join('; ')]],
  permission: [['permission_level', ({ permission_level }) => permission_level]],
  creator: [['creator', ({ creator }) => creator]],
  updated: [['updated_at', ({ updated_at }) => updated_at]],
};

/** The list as lines of CSV with the names of the API: the columns that are shown, and the name. */
export function endpointLines(
  endpoints: readonly ServingEndpointDto[],
  shown: ReadonlySet<EndpointColumn>,
): readonly (readonly CsvCell[])[] {
  const fields: readonly Field[] = [
    ['name', ({ name }) => name],
    ...ENDPOINT_COLUMNS.filter(({ key }) => shown.has(key)).flatMap(({ key }) => FIELDS[key]),
  ];
  return [fields.map(([name]) => name), ...endpoints.map((endpoint) => fields.map(([, cell]) => cell(endpoint)))];
}

function entityText({ entity_name, name, entity_version, traffic_percentage }: ServedEntityDto): string {
  return [
    entity_name ?? name,
    entity_version === null ? '' : `v${entity_version}`,
    traffic_percentage === null ? '' : `${traffic_percentage} %`,
  ]
    .filter((text) => text !== '')
    .join(' ');
}
