import { instantOfLocal } from '@lakescope/web-ui';

export const HISTORY_STATUSES = [
  'SUCCESS',
  'ERROR',
  'TIMEOUT',
  'PENDING',
  'RUNNING',
  'INTERRUPTED',
  'CANCELED',
] as const;
export type HistoryStatus = (typeof HISTORY_STATUSES)[number];

/** Which invocations are asked for, as it stands in the address. */
export interface HistoryFilter {
  readonly status?: HistoryStatus;
  /** Instants. */
  readonly from?: string;
  readonly to?: string;
}

/** From the parameters of the address; what cannot be understood there filters nothing. */
export function historyFilter({
  status,
  from,
  to,
}: Readonly<Record<'status' | 'from' | 'to', string | undefined>>): HistoryFilter {
  const known = HISTORY_STATUSES.find((one) => one === status);
  const [first, last] = [instant(from), instant(to)];
  return {
    ...(known === undefined ? {} : { status: known }),
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
  };
}

function instant(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** What the field of a local date and time holds, for the address. */
export function instantOfField(value: string): string | null {
  return value === '' ? null : (instantOfLocal(value) ?? null);
}
