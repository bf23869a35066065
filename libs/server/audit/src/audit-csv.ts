import { csvLine } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { AuditEntry } from './audit-entry.entity';
import { AuditTrail, type AuditPage } from './audit-trail';
import type { AuditFilter } from './list-audit-entries.dto';

/** Rows fetched at once: a slow reader keeps no more than a few such pages in memory. */
const PAGE = 500;

const COLUMNS: readonly (readonly [name: string, value: (entry: AuditEntry) => string | number | null])[] = [
  ['id', ({ id }) => id],
  ['occurred_at', ({ occurredAt }) => occurredAt.toISOString()],
  ['user_id', ({ userId }) => userId],
  ['acting_as', ({ actingAs }) => actingAs],
  ['action', ({ action }) => action],
  ['target', ({ target }) => target],
  ['outcome', ({ outcome }) => outcome],
  ['error_code', ({ errorCode }) => errorCode],
  ['duration_ms', ({ durationMs }) => durationMs],
  ['correlation_id', ({ correlationId }) => correlationId],
  ['details', ({ details }) => JSON.stringify(details)],
];

/** The audit log as CSV (RFC 4180), page by page. */
@Injectable()
export class AuditCsv {
  constructor(private readonly trail: AuditTrail) {}

  /** The first page is read before it resolves, so that a database that is away is answered as such and not with half a file. */
  async export(filter: AuditFilter): Promise<AsyncIterable<string>> {
    return this.linesFrom(filter, await this.trail.page(filter, PAGE));
  }

  private async *linesFrom(filter: AuditFilter, first: AuditPage): AsyncGenerator<string> {
    yield csvLine(COLUMNS.map(([name]) => name));
    for (let page = first; ; page = await this.trail.page(filter, PAGE, page.next)) {
      if (page.entries.length > 0) {
        yield page.entries.map((entry) => csvLine(COLUMNS.map(([, value]) => value(entry)))).join('');
      }
      if (page.next === undefined) return;
    }
  }
}
