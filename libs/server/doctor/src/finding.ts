/** How a check came out: `warning` works but is not as it should be, `skipped` could not be tried. */
export type FindingState = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found, in words that are safe to show: no token, no password, no upstream stack. */
export interface Finding {
  readonly state: FindingState;
  readonly detail: string;
  /** What to do about it: the exact command or line wherever there is one. */
  readonly fix?: string;
}

export function ok(detail: string): Finding {
  return { state: 'ok', detail };
}

export function warning(detail: string, fix?: string): Finding {
  return { state: 'warning', detail, ...(fix === undefined ? {} : { fix }) };
}

export function failed(detail: string, fix?: string): Finding {
  return { state: 'failed', detail, ...(fix === undefined ? {} : { fix }) };
}

export function skipped(detail: string, fix?: string): Finding {
  return { state: 'skipped', detail, ...(fix === undefined ? {} : { fix }) };
}
