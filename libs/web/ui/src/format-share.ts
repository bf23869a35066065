/** A ratio as a percentage with two significant digits below one percent, one decimal below ten: `0.012 %`, `4.5 %`, `38 %`. */
export function formatShare(ratio: number): string {
  if (!Number.isFinite(ratio)) return String(ratio);
  const percent = ratio * 100;
  const size = Math.abs(percent);
  const format =
    size !== 0 && size < 1
      ? new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 })
      : new Intl.NumberFormat(undefined, { maximumFractionDigits: size < 10 ? 1 : 0 });
  return $localize`${format.format(percent)}:percent: %`;
}
