const HOUR_MS = 60 * 60_000;

/** What was lost within the hour, from a count that only grows: an alert about it has to end some time. */
export class RecentLosses {
  /** The count as it stood, oldest first: the first mark is from before the hour, unless none is. */
  private readonly marks: { at: number; total: number }[] = [{ at: 0, total: 0 }];

  /** `total` since the process began, at an instant in milliseconds; call it every now and then. */
  lately(total: number, now: number): number {
    const { marks } = this;
    if (marks.at(-1)?.total !== total) marks.push({ at: now, total });
    // A mark counts from the moment on at which the count had grown to it.
    while (marks.length > 1 && (marks[1]?.at ?? now) <= now - HOUR_MS) marks.shift();
    return total - (marks[0]?.total ?? 0);
  }
}
