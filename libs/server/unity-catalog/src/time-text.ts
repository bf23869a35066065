/** The platform's epoch milliseconds as RFC 3339 text; null when it did not say, or said something that is no time. */
export function timeText(epochMilliseconds: number | undefined): string | null {
  if (epochMilliseconds === undefined) return null;
  const time = new Date(Number(epochMilliseconds));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
