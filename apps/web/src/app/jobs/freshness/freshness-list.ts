import { type TableFreshnessDto } from '@lakescope/web-api';
import { FRESHNESS_STATES } from './freshness-states';

export type FreshnessKey = 'table' | 'state' | 'behind' | 'ingested' | 'written' | 'limit' | 'checked';

export interface FreshnessOrder {
  readonly key: FreshnessKey;
  readonly isDescending: boolean;
}

export interface FreshnessFilter {
  /** Part of a table's name. */
  readonly text: string;
  /** Empty for all. */
  readonly state: string;
  /** A target's address; empty for all. */
  readonly target: string;
}

const KEYS: readonly FreshnessKey[] = ['table', 'state', 'behind', 'ingested', 'written', 'limit', 'checked'];
/** Those of which there is most to see from their end: the furthest behind first. */
const FROM_THE_END: ReadonlySet<FreshnessKey> = new Set(['behind', 'written', 'limit']);
const RANKS = new Map(FRESHNESS_STATES.map(({ value, rank }) => [value, rank]));
const collator = new Intl.Collator(undefined, { numeric: true });

/** From the address: `table`, `-behind`; anything else has what wants somebody first. */
export function orderFrom(text: string | undefined): FreshnessOrder {
  const isDescending = text?.startsWith('-') === true;
  const key = KEYS.find((known) => known === (isDescending ? text.slice(1) : text));
  return key === undefined ? { key: 'state', isDescending: false } : { key, isDescending };
}

/** Into the address; the usual order needs no word there. */
export function orderText({ key, isDescending }: FreshnessOrder): string | null {
  if (key === 'state' && !isDescending) return null;
  return isDescending ? `-${key}` : key;
}

/** What a click on a heading asks for: the other direction, or a new key from where it tells most. */
export function nextOrder(present: FreshnessOrder, key: FreshnessKey): FreshnessOrder {
  return { key, isDescending: present.key === key ? !present.isDescending : FROM_THE_END.has(key) };
}

/**
 * Tables that are asked for, in the order asked for. What is not known comes last in either direction; of equals the furthest behind
 * comes first, then they go by name.
 */
export function listed(
  tables: readonly TableFreshnessDto[],
  { text, state, target }: FreshnessFilter,
  { key, isDescending }: FreshnessOrder,
): readonly TableFreshnessDto[] {
  const wanted = text.trim().toLowerCase();
  const direction = isDescending ? -1 : 1;
  return tables
    .filter(
      (table) =>
        table.table.toLowerCase().includes(wanted) &&
        (state === '' || table.state === state) &&
        (target === '' || table.target_uri === target),
    )
    .sort(
      (a, b) =>
        compare(valueOf(a, key), valueOf(b, key), direction) ||
        compare(a.behind_seconds, b.behind_seconds, -1) ||
        collator.compare(a.table, b.table) ||
        collator.compare(a.target_uri, b.target_uri),
    );
}

type Value = string | number | null;

function compare(a: Value, b: Value, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b)) * direction;
  return (a - b) * direction;
}

function valueOf(table: TableFreshnessDto, key: FreshnessKey): Value {
  switch (key) {
    case 'state':
      return RANKS.get(table.state) ?? null;
    case 'behind':
      return table.behind_seconds;
    case 'ingested':
      return table.watermark === null ? null : Number(table.watermark.ms);
    case 'written':
      return table.fence === null ? null : Number(table.fence.ms);
    case 'limit':
      return table.threshold_seconds;
    case 'checked':
      return table.checked_at === null ? null : Date.parse(table.checked_at);
    default:
      return table.table;
  }
}
