import type { TierRow } from './tier-row';

/** Pages of one bucket that are counted by name; the others count together. */
const MOST_PAGES = 200;
const OTHER_PAGES = '(other)';

/** Pages are named by browsers: however many names came in, a bucket has only so many of them, those with the most events. */
export function withOtherPages(rows: readonly TierRow[]): TierRow[] {
  const kept = mostSeen(rows);
  const named: TierRow[] = [];
  const others = new Map<string, TierRow>();
  for (const row of rows) {
    if (row.kind === 'performance' || row.endpoint === '' || kept.has(pageKey(row))) {
      named.push(row);
      continue;
    }
    const key = JSON.stringify([row.bucket, row.eventType]);
    others.set(key, together(others.get(key), row));
  }
  return [...named, ...others.values()];
}

function mostSeen(rows: readonly TierRow[]): ReadonlySet<string> {
  const pages = new Map<string, { bucket: number; events: number }>();
  for (const row of rows) {
    if (row.kind === 'performance' || row.endpoint === '' || row.endpoint === OTHER_PAGES) continue;
    const page = pages.get(pageKey(row));
    if (page === undefined) pages.set(pageKey(row), { bucket: row.bucket, events: row.samples });
    else page.events += row.samples;
  }
  const kept = new Set<string>();
  const places = new Map<number, number>();
  // Of equals the first by name: the same ones each time.
  const ranked = [...pages].sort(([one, n], [other, m]) => m.events - n.events || (one < other ? -1 : 1));
  for (const [key, { bucket }] of ranked) {
    const place = (places.get(bucket) ?? 0) + 1;
    places.set(bucket, place);
    if (place <= MOST_PAGES) kept.add(key);
  }
  return kept;
}

/** Without users: those of several pages cannot be added up. */
function together(sum: TierRow | undefined, { users: _, ...row }: TierRow): TierRow {
  return {
    ...row,
    endpoint: OTHER_PAGES,
    samples: (sum?.samples ?? 0) + row.samples,
    errors: (sum?.errors ?? 0) + row.errors,
    successes: (sum?.successes ?? 0) + row.successes,
  };
}

function pageKey({ bucket, endpoint }: TierRow): string {
  return JSON.stringify([bucket, endpoint]);
}
