import type { RunStatement } from '@lakescope/server-persistence';
import { isLockRefusal } from './lock-patience';

/** Another replica is working on the tiers. */
export class LeaseTaken extends Error {
  constructor() {
    super('Another replica is working on the tiers');
    this.name = 'LeaseTaken';
  }
}

/**
 * Makes this transaction the only one that works on the tiers, until it ends; must be its first statement. A lock on a table takes no
 * snapshot, so what comes after it sees everything its former holder has committed. (`pg_try_advisory_xact_lock` is a query, and would
 * take the snapshot first.) Throws `LeaseTaken`.
 */
export async function takeLease(run: RunStatement): Promise<void> {
  try {
    await run('LOCK TABLE metrics_rollup_lease IN EXCLUSIVE MODE NOWAIT');
  } catch (error) {
    throw isLockRefusal(error) ? new LeaseTaken() : error;
  }
}
