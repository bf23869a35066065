import { Injectable } from '@nestjs/common';
import { MetricsAnswers, iso, type Asked } from './metrics-answers';
import { isRaw, rangeBefore, type MetricsRange } from './metrics-range';
import { LONGEST_FILTERED_USERS_MS } from './performance-report';
import type { PreviousUsageDto, UsageMetricsDto, UsageQuery } from './usage-metrics.dto';
import type { EventCount } from './usage-reader';

const PAGE_VIEW = 'page_view';
const MOST_PAGES = 50;
const OTHER_PAGES = '(other)';
const NO_PAGE = '(none)';

type Usage = Pick<UsageMetricsDto, 'metrics' | 'event_distribution' | 'page_views'>;

/** What people do in the app. */
@Injectable()
export class UsageReport {
  constructor(private readonly answers: MetricsAnswers) {}

  of(query: UsageQuery): Promise<UsageMetricsDto> {
    const { event_type: eventType, compare = null } = query;
    return this.answers.answer(['usage', eventType ?? null, compare], query, async (asked) => ({
      ...(await usage(asked, asked.range, eventType)),
      previous: compare === null ? null : await previous(asked, eventType),
    }));
  }
}

async function usage({ snapshot, now }: Asked, range: MetricsRange, eventType: string | undefined): Promise<Usage> {
  const counts = await snapshot.events(range, eventType, 'type and page');
  const people = await snapshot.people(range);
  const ofType = async (): Promise<number | null> =>
    range.end - range.start <= LONGEST_FILTERED_USERS_MS && isRaw(range, now)
      ? snapshot.usersOf(range, 'usage', { eventType })
      : null;
  return {
    metrics: {
      total_events: counts.reduce((sum, { events }) => sum + events, 0),
      unique_users: eventType === undefined ? people.withEvents : await ofType(),
      active_users: people.active,
    },
    event_distribution: Object.fromEntries(mostFirst(counts, ({ eventType: type }) => type)),
    page_views: pageViews(counts),
  };
}

async function previous(asked: Asked, eventType: string | undefined): Promise<PreviousUsageDto | null> {
  const { range, now, snapshot } = asked;
  const before = rangeBefore(range, now);
  if (before === undefined) return null;
  // What the time before was read from is not what the answer was read from.
  const sources = { ...snapshot.sources };
  const { metrics } = await usage(asked, before, eventType);
  Object.assign(snapshot.sources, sources);
  return { start_time: iso(before.start), end_time: iso(before.end), metrics };
}

function pageViews(counts: readonly EventCount[]): Record<string, number> {
  const views = counts.filter(({ eventType }) => eventType === PAGE_VIEW);
  const pages = mostFirst(views, ({ page }) => (page === '' ? NO_PAGE : page));
  const shown = new Map(pages.slice(0, MOST_PAGES));
  for (const [, count] of pages.slice(MOST_PAGES)) shown.set(OTHER_PAGES, (shown.get(OTHER_PAGES) ?? 0) + count);
  return Object.fromEntries(shown);
}

function mostFirst(counts: readonly EventCount[], name: (count: EventCount) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const count of counts) sums.set(name(count), (sums.get(name(count)) ?? 0) + count.events);
  return [...sums].sort(([left, most], [right, more]) => more - most || (left < right ? -1 : 1));
}
