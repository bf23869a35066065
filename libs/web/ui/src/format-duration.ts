const pad = (number: number): string => String(number).padStart(2, '0');

/** A length of time in its two largest units: `4 s`, `12 min 04 s`, `3 h 05 min`, `2 d 7 h`. Negative lengths are 0. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (days > 0) return $localize`${days}:days: d ${hours}:hours: h`;
  if (hours > 0) return $localize`${hours}:hours: h ${pad(minutes)}:minutes: min`;
  if (minutes > 0) return $localize`${minutes}:minutes: min ${pad(rest)}:seconds: s`;
  return $localize`${rest}:seconds: s`;
}

/** Milliseconds as people compare them: `0.4 ms`, `12 ms`, `1.25 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 1000) {
    const seconds = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(milliseconds / 1000);
    return $localize`${seconds}:seconds: s`;
  }
  const digits = new Intl.NumberFormat(undefined, { maximumFractionDigits: milliseconds < 10 ? 1 : 0 });
  return $localize`${digits.format(milliseconds)}:milliseconds: ms`;
}
