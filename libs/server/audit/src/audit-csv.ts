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

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Where a spreadsheet may see a formula begin (https://owasp.org/www-community/attacks/CSV_Injection): at the beginning of a cell, in
 * either width of the characters, and behind whatever the spreadsheet's country separates cells or lines by.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])/g;

/** Formulas get an apostrophe in front, which makes them text; numbers are ours and stay as they are. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = value.replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
