/** Every number of the module in one place; an injection token, so that a test may shorten a time. */
export class SearchLimits {
  /** So long a place that is searched is waited for; the others are shown without it then. */
  readonly placeMs: number = 15_000;

  constructor(overrides: Partial<SearchLimits> = {}) {
    Object.assign(this, overrides);
  }
}
