import { type MetricsCollectionDto } from '@lakescope/web-api';
import { formatCount } from '@lakescope/web-ui';

/** Whether what is shown is all there was, in a few words and in full. */
export interface Completeness {
  readonly tone: 'ok' | 'warn' | 'bad';
  /** `0 lost`, `12 lost`, `at most 40 lost`. */
  readonly text: string;
  /** What is missing and why, one sentence each. */
  readonly reasons: readonly string[];
}

const REASONS: Readonly<Record<string, string>> = {
  poison: $localize`the database refused them`,
  too_late: $localize`they came after their day had been closed`,
  overflow_full: $localize`the database was away for longer than memory lasts`,
};

/** Reads the books of the collection: what was dropped, what may have gone with a replica, and what is still on its way. */
export function completeness(collection: MetricsCollectionDto): Completeness {
  const { state, dropped, dropped_by_reason, unclean_boots, overflow, in_ring } = collection;
  const unaccounted = unclean_boots.reduce((sum, boot) => sum + boot.at_most, 0);
  const reasons: string[] = [];
  for (const [reason, count] of Object.entries(dropped_by_reason)) {
    if (count > 0) {
      reasons.push($localize`${formatCount(count)}:count: were dropped: ${REASONS[reason] ?? reason}:reason:.`);
    }
  }
  for (const { boot_id, at_most } of unclean_boots) {
    reasons.push(
      $localize`Replica ${boot_id.slice(0, 8)}:replica: ended without saying so; at most ${formatCount(at_most)}:count: requests went uncounted with it.`,
    );
  }
  if (overflow > 0) {
    reasons.push(
      $localize`${formatCount(overflow)}:count: were kept as histograms while the database was away: they are in every number, but not in the list of single requests and not in the users.`,
    );
  }
  if (state === 'degraded') {
    reasons.push(
      $localize`The database does not take metrics right now; ${formatCount(in_ring)}:count: wait in memory.`,
    );
  }
  if (state === 'off') reasons.push($localize`Nothing is collected: no database is configured.`);
  const lost = dropped + unaccounted;
  const isBad = lost > 0 || state === 'off';
  return {
    tone: isBad ? 'bad' : state === 'degraded' || overflow > 0 ? 'warn' : 'ok',
    text:
      unaccounted > 0
        ? $localize`at most ${formatCount(lost)}:count: lost`
        : $localize`${formatCount(lost)}:count: lost`,
    reasons,
  };
}
