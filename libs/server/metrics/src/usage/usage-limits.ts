const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Of a body, both as it comes and inflated. */
export const BODY_BYTES = 1_000_000;

/** Every limit of usage events in one place; an injection token, so that a test may have a day pass in a second. */
export class UsageLimits {
  readonly batchEvents: number = 1_000;
  readonly bodyBytes: number = BODY_BYTES;
  /** As Postgres prints it. */
  readonly metadataCharacters: number = 4_096;
  readonly metadataLevels: number = 5;
  /** Events are judged so long before others get a turn. */
  readonly turnMs: number = 2;
  readonly pageNameCharacters: number = 200;
  readonly elementIdCharacters: number = 100;
  /** A minute less than raw days are kept: no event may arrive while its day is taken away. */
  readonly oldestMs: number = 7 * DAY - MINUTE;
  /** How far a browser's clock may be ahead. */
  readonly aheadMs: number = 5 * MINUTE;
  /** How far the time an event tells may be from the one inside its id. */
  readonly timestampSlackMs: number = SECOND;
  /** Of one person and one replica; so many may come at once. A page that is left sends its rest, and a script leaves pages every second. */
  readonly batchesPerMinute: number = 300;

  constructor(overrides: Partial<UsageLimits> = {}) {
    Object.assign(this, overrides);
  }
}
