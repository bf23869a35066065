export const USUAL_DAYS = 90;
/** The API takes no more: ten years. */
export const MOST_DAYS = 3650;

/** Days of absence after which somebody counts as gone; what makes no sense means the usual. */
export function inactiveDays(text: string | undefined): number {
  const days = Number(text);
  return text && Number.isSafeInteger(days) && days >= 1 && days <= MOST_DAYS ? days : USUAL_DAYS;
}
