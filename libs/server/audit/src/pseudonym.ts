import { randomBytes } from 'node:crypto';

const PREFIX = 'erased:';

/**
 * The name that stands in place of a person who erased their data. One per erasure, so that what one person did stays together. It is
 * random and kept nowhere: a keyed hash of the user id could be worked out again, for every name in the workspace, by whoever has
 * the key. The price is that two erasures of one person cannot be joined either. The database takes no other form (the trigger of
 * `audit_log`).
 */
export function newPseudonym(): string {
  return `${PREFIX}${randomBytes(16).toString('hex')}`;
}

/** What every pseudonym matches, and no user name does: for `LIKE`. */
export const PSEUDONYMS = `${PREFIX}%`;
