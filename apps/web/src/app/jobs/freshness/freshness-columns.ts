import { type TableFreshnessDto } from '@lakescope/web-api';
import { type CsvCell } from '@lakescope/web-ui';
import { type ListColumn } from '../../serving/shown-columns';
import { type FreshnessKey } from './freshness-list';

export type FreshnessColumn = Exclude<FreshnessKey, 'table'> | 'target' | 'run';

/** A column of the list; `sort` is set where the list can be ordered by it. */
export interface FreshnessColumnView extends ListColumn<FreshnessColumn> {
  readonly sort: FreshnessKey | undefined;
}

/** What may be left out of the list; the table's name stays, as it is what a row is about. */
export const FRESHNESS_COLUMNS: readonly FreshnessColumnView[] = [
  { key: 'state', name: $localize`State`, sort: 'state' },
  { key: 'behind', name: $localize`Behind`, sort: 'behind' },
  { key: 'ingested', name: $localize`Ingested up to`, sort: 'ingested' },
  { key: 'written', name: $localize`Written up to`, sort: 'written' },
  { key: 'limit', name: $localize`Late after`, sort: 'limit' },
  { key: 'target', name: $localize`Target`, sort: undefined },
  { key: 'checked', name: $localize`Looked at`, sort: 'checked' },
  { key: 'run', name: $localize`Last run`, sort: undefined },
];

type Field = readonly [string, (table: TableFreshnessDto) => CsvCell];

const FIELDS: Readonly<Record<FreshnessColumn, readonly Field[]>> = {
  state: [
    ['state', ({ state }) => state],
    ['reason', ({ reason }) => reason],
  ],
  behind: [['behind_seconds', ({ behind_seconds }) => behind_seconds]],
  ingested: [
    ['watermark_ms', ({ watermark }) => watermark?.ms ?? null],
    ['watermark_at', ({ watermark }) => watermark?.at ?? null],
  ],
  written: [
    ['fence_ms', ({ fence }) => fence?.ms ?? null],
    ['fence_at', ({ fence }) => fence?.at ?? null],
  ],
  limit: [['threshold_seconds', ({ threshold_seconds }) => threshold_seconds]],
  target: [
    ['target_uri', ({ target_uri }) => target_uri],
    ['manifest_uri', ({ source }) => source.manifest_uri],
  ],
  checked: [['checked_at', ({ checked_at }) => checked_at]],
  run: [['last_job_id', ({ last_job_id }) => last_job_id]],
};

/** The list as lines of CSV with the names of the API: the columns that are shown, and the table's name. */
export function freshnessLines(
  tables: readonly TableFreshnessDto[],
  shown: ReadonlySet<FreshnessColumn>,
): readonly (readonly CsvCell[])[] {
  const fields: readonly Field[] = [
    ['table', ({ table }) => table],
    ...FRESHNESS_COLUMNS.filter(({ key }) => shown.has(key)).flatMap(({ key }) => FIELDS[key]),
  ];
  return [fields.map(([name]) => name), ...tables.map((table) => fields.map(([, cell]) => cell(table)))];
}
