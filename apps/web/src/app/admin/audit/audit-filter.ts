import { type Params } from '@angular/router';
import { type ListAuditEntriesData } from '@lakescope/web-api';

type Query = NonNullable<ListAuditEntriesData['query']>;

/** Which entries are looked at: exactly what the URL says. */
export type AuditFilter = Pick<Query, 'user_id' | 'action' | 'outcome' | 'correlation_id' | 'from' | 'to'>;

function text(value: string | null): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function instant(value: string | null): string | undefined {
  const time = new Date(value ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** Reads the parameters; what makes no sense is as if it were not there. */
export function auditFilter(read: (name: string) => string | null): AuditFilter {
  const outcome = read('outcome');
  const filter = {
    user_id: text(read('user_id')),
    action: text(read('action')),
    outcome: outcome === 'success' || outcome === 'failure' ? outcome : undefined,
    correlation_id: text(read('correlation_id')),
    from: instant(read('from')),
    to: instant(read('to')),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** The parameters of a filter; what it leaves open is taken out of the URL. */
export function auditParams({ user_id, action, outcome, correlation_id, from, to }: AuditFilter): Params {
  return {
    user_id: user_id ?? null,
    action: action ?? null,
    outcome: outcome ?? null,
    correlation_id: correlation_id ?? null,
    from: from ?? null,
    to: to ?? null,
  };
}
